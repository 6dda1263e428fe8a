// verdict: out_of_memory, crashed, rule_broken
// wall_s: 10
// Several processes, each within the limit.
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>
int64_t f(int64_t x) {
  for (int times = 0; times < 3; ++times) {
    if (fork() == 0) {
      void* at = mmap(nullptr, 400 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (at != MAP_FAILED) std::memset(at, 1, 400 << 20);
      sleep(600);
    }
  }
  sleep(600);
  return x;
}
