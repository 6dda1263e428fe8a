// verdict: build_failed
// The compiler reads until it has no more memory or time.
#include "/dev/zero"
int64_t f(int64_t x) { return x * x + 1; }
