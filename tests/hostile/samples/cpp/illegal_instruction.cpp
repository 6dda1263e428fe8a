// verdict: crashed
// says: died of SIGILL
int64_t f(int64_t x) { __builtin_trap(); return x; }
