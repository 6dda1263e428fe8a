// verdict: build_failed
// The assembler reads a file into the library.
asm(".incbin \"@OPEN@\"");
int64_t f(int64_t x) { return x * x + 1; }
