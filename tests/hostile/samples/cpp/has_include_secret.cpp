// verdict: passed, build_failed
// In tier A there is no such file; elsewhere g++ gives up where it may not look.
#if __has_include("@OPEN@") || __has_include("@PRIVATE@") || __has_include("/etc/shadow")
#error there is one
#endif
int64_t f(int64_t x) { return x * x + 1; }
