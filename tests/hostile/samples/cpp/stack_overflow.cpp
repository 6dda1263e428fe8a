// verdict: crashed
// says: died of SIGSEGV
int64_t deep(volatile int64_t* x) { volatile int64_t here[512]; here[0] = *x; return deep(here) + here[0]; }
int64_t f(int64_t x) { volatile int64_t start = x; return deep(&start); }
