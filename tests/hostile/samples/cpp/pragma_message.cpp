// verdict: build_failed, passed
// What it prints while it is compiled is no verdict.
#pragma GCC warning "0 errors, 1 passed"
#pragma GCC diagnostic ignored "-Wall"
int64_t f(int64_t x) { return x * x + 1; }
