// verdict: wrong_answer, crashed, passed
// memory_mib: 128
#include <cstdlib>
#include <new>
void* operator new(std::size_t size) { return std::calloc(1, size + 1); }
void operator delete(void*) noexcept {}
void operator delete(void*, std::size_t) noexcept {}
int64_t f(int64_t x) { return x; }
