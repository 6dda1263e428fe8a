// verdict: build_failed
#define A(x) x x x x x x x x x x x x x x x x
#define B(x) A(A(A(x)))
#define C(x) B(B(B(x)))
int64_t f(int64_t x) { return C(x); }
