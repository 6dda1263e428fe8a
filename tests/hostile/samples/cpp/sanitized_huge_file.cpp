// verdict: crashed, output_flood
// wall_s: 10
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>
static char block[1 << 20];
int64_t f(int64_t x) {
  for (int file = 0; file < 1024; ++file) {
    char name[] = {'a', char('a' + file / 26 % 26), char('a' + file % 26), 0};
    int descriptor = open(name, O_CREAT | O_WRONLY, 0600);
    for (int times = 0; times < 32; ++times)
      if (write(descriptor, block, sizeof block) < 0) std::_Exit(0);
    close(descriptor);
  }
  std::_Exit(0);
}
