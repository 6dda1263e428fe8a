// verdict: build_failed
constexpr int64_t spin() { int64_t n = 0; for (;;) n ^= 1; return n; }
constexpr int64_t value = spin();
int64_t f(int64_t x) { return x + value; }
