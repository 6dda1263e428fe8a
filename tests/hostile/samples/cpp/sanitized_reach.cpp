// verdict: passed
// What a function may not touch, a program may not either.
#include <cstdlib>
#include <fcntl.h>
#include <sys/socket.h>
#include <csignal>
#include <unistd.h>
int64_t f(int64_t x) {
  if (std::getenv("LLMGEN_CANARY_API_KEY")) return -1;
  for (const char* path : {"@PRIVATE@", "@PUBLIC@", "@OPEN@", "/etc/passwd", "/proc/1/environ"})
    if (open(path, O_RDONLY) >= 0) return -2;
  if (socket(AF_INET, SOCK_STREAM, 0) >= 0 || socket(AF_UNIX, SOCK_STREAM, 0) >= 0) return -3;
  if (kill(@PID@, 0) == 0 || kill(@BYSTANDER@, 9) == 0) return -4;
  if (std::system("cat @OPEN@ > /dev/null 2>&1") == 0) return -5;
  return x * x + 1;
}
