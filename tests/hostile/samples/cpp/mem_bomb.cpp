// verdict: out_of_memory
// memory_mib: 128
// Two gigabytes, if nothing stops it.
#include <cstring>
int64_t f(int64_t x) {
  for (int times = 0; times < 2048; ++times) std::memset(new char[1 << 20], 1, 1 << 20);
  return x;
}
