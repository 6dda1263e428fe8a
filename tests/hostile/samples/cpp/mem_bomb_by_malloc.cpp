// verdict: crashed, wrong_answer
// memory_mib: 128
// It stops where there is no more, or after two gigabytes.
#include <cstdlib>
#include <cstring>
int64_t f(int64_t x) {
  for (int times = 0; times < 2048; ++times) {
    void* at = std::malloc(1 << 20);
    if (at == nullptr) return 0;
    std::memset(at, 1, 1 << 20);
  }
  return x * x + 1;
}
