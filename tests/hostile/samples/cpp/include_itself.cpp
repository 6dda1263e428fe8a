// verdict: build_failed
#include __FILE__
int64_t f(int64_t x) { return x * x + 1; }
