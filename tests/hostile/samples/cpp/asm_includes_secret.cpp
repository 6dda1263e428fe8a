// verdict: build_failed
asm(".include \"@OPEN@\"");
int64_t f(int64_t x) { return x * x + 1; }
