// verdict: crashed, timed_out, wrong_answer, rule_broken
// wall_s: 5
// A few hundred, if nobody stops it.
#include <unistd.h>
int64_t f(int64_t x) {
  for (int times = 0; times < 300; ++times)
    if (fork() == 0) { setsid(); sleep(600); _exit(0); }
  sleep(600);
  return x;
}
