// verdict: output_flood
// says: it printed more than 8 MiB
#include <unistd.h>
char block[65536];
int64_t f(int64_t x) { for (;;) if (write(1, block, sizeof block) < 0) return x; }
