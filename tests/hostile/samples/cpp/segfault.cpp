// verdict: crashed
// says: died of SIGSEGV
int64_t f(int64_t x) { return *reinterpret_cast<volatile int64_t*>(x); }
