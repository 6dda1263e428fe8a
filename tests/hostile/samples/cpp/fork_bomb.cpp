// verdict: passed
// Not even the first process, nor the daemon that would survive.
#include <unistd.h>
int64_t f(int64_t x) {
  for (int times = 0; times < 64; ++times) {
    int pid = fork();
    if (pid == 0) {
      setsid();
      if (fork() == 0) sleep(600);
      _exit(0);
    }
    if (pid > 0) return -1;
  }
  return x * x + 1;
}
