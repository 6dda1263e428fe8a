// verdict: build_failed
// Its messages point where it wants; nothing is read there.
#line 1 "@OPEN@"
int64_t f(int64_t x) { return x * x + ; }
