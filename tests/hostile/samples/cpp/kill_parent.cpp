// verdict: passed
#include <csignal>
#include <unistd.h>
int64_t f(int64_t x) {
  for (int pid : {-1, 0, 1, 2, getppid(), -getppid(), @PID@, -@PID@, @BYSTANDER@})
    for (int number : {0, SIGTERM, SIGKILL})
      if (kill(pid, number) == 0) return -1;
  return x * x + 1;
}
