// verdict: build_failed
// The assembler is asked for a file of nearly a terabyte.
asm(".section .note\n.fill 100000000000, 8, 1");
int64_t f(int64_t x) { return x * x + 1; }
