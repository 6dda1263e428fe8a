// verdict: crashed, timed_out, wrong_answer, rule_broken, out_of_memory
// wall_s: 5
#include <pthread.h>
#include <unistd.h>
void* wait_long(void*) { sleep(600); return nullptr; }
int64_t f(int64_t x) {
  pthread_t thread;
  for (int times = 0; times < 300; ++times)
    if (pthread_create(&thread, nullptr, wait_long, nullptr) != 0) return -1;
  sleep(600);
  return x;
}
