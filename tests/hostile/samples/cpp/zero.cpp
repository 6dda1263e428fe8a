// verdict: wrong_answer
int64_t f(int64_t x) { return 0 * x; }
