// verdict: build_failed, crashed, out_of_memory
// A library of many gigabytes.
char data[1L << 33] = {1};
int64_t f(int64_t x) { return x * x + data[x]; }
