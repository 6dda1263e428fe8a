// verdict: timed_out
// wall_s: 1
volatile int64_t counter;
int64_t f(int64_t x) { for (;;) counter = counter + x; }
