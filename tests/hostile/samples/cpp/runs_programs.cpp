// verdict: passed
#include <cstdlib>
#include <unistd.h>
int64_t f(int64_t x) {
  char* none[] = {nullptr};
  execve("/bin/sh", none, none);
  execve("/proc/self/exe", none, none);
  if (std::system("touch @FOLDER@/ran") == 0) return -1;
  return x * x + 1;
}
