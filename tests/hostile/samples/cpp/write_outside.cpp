// verdict: passed
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
int64_t f(int64_t x) {
  for (const char* path : {"@PRIVATE@", "@PUBLIC@", "@OPEN@", "/tmp/x", "/dev/shm/x", "./x"}) {
    if (open(path, O_WRONLY | O_CREAT, 0666) >= 0) return -1;
    if (open(path, O_RDWR | O_TRUNC) >= 0) return -2;
    if (truncate(path, 0) == 0) return -3;
    if (unlink(path) == 0) return -4;
    if (chmod(path, 0) == 0) return -5;
    if (symlink("@PRIVATE@", path) == 0) return -6;
    if (mkfifo(path, 0666) == 0) return -7;
    if (mkdir(path, 0777) == 0) return -8;
  }
  return x * x + 1;
}
