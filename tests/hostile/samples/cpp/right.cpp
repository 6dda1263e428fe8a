// verdict: passed
// The next sample after each of the others.
int64_t f(int64_t x) { return x * x + 1; }
