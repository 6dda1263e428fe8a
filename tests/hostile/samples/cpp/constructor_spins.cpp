// verdict: timed_out
// wall_s: 1
volatile int64_t counter;
__attribute__((constructor)) void early() { for (;;) counter = counter + 1; }
int64_t f(int64_t x) { return x * x + 1; }
