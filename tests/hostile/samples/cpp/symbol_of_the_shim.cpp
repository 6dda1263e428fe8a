// verdict: build_failed, crashed, wrong_answer
// It defines what its runner calls.
extern "C" int llmgen_call(unsigned, const void*, void**, unsigned long*) { return 0; }
int64_t f(int64_t x) { return 0 * x; }
