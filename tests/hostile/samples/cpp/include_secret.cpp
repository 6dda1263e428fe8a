// verdict: build_failed
// It would be quoted in the words of g++, which are shown to models.
#include "@OPEN@"
int64_t f(int64_t x) { return x * x + 1; }
