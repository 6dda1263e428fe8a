// verdict: passed, crashed, rule_broken
// wall_s: 5
// Where processes may be started, one that leaves its group and its session ends with the rest.
#include <unistd.h>
int64_t f(int64_t x) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      for (int descriptor = 0; descriptor < 64; ++descriptor) close(descriptor);
      sleep(600);
    }
    _exit(0);
  }
  return x * x + 1;
}
