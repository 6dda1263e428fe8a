// verdict: crashed
// says: died of SIGABRT
#include <cstdlib>
__attribute__((constructor)) void early() { std::abort(); }
int64_t f(int64_t x) { return x * x + 1; }
