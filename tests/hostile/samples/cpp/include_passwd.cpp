// verdict: build_failed
#include "/etc/passwd"
int64_t f(int64_t x) { return x * x + 1; }
