// verdict: crashed
// says: ended with status 0
#include <cstdlib>
int64_t f(int64_t x) { std::_Exit(0); return x; }
