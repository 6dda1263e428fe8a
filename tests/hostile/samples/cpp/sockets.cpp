// verdict: passed
// TCP, UDP, and the local kind, with a name and with a path.
#include <arpa/inet.h>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
int64_t f(int64_t x) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  inet_pton(AF_INET, "127.0.0.1", &place.sin_addr);
  place.sin_port = htons(@PORT@);
  int one = socket(AF_INET, SOCK_STREAM, 0);
  if (one >= 0 && connect(one, (sockaddr*)&place, sizeof place) == 0) return -1;
  place.sin_port = htons(@UDP@);
  one = socket(AF_INET, SOCK_DGRAM, 0);
  if (one >= 0 && sendto(one, "x", 1, 0, (sockaddr*)&place, sizeof place) == 1) return -2;
  sockaddr_un path{};
  path.sun_family = AF_UNIX;
  std::strcpy(path.sun_path, "@SOCKET@");
  one = socket(AF_UNIX, SOCK_STREAM, 0);
  if (one >= 0 && connect(one, (sockaddr*)&path, sizeof path) == 0) return -3;
  path.sun_path[0] = 0;
  std::strcpy(path.sun_path + 1, "@ABSTRACT@");
  socklen_t size = sizeof path.sun_family + 1 + std::strlen("@ABSTRACT@");
  if (one >= 0 && connect(one, (sockaddr*)&path, size) == 0) return -4;
  int two[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, two) == 0 &&
      sendto(two[0], "x", 1, 0, (sockaddr*)&path, size) == 1) return -5;
  return x * x + 1;
}
