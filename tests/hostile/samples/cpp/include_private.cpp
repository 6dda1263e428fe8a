// verdict: build_failed
#include "@PRIVATE@"
int64_t f(int64_t x) { return x * x + 1; }
