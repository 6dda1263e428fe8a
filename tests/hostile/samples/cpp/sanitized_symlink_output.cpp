// verdict: passed, crashed, rule_broken
// says: without a valid result
// Its results are a link to a secret, which is not followed.
#include <cstdlib>
#include <unistd.h>
int64_t f(int64_t x) {
  unlink("results");
  symlink("@OPEN@", "results");
  std::_Exit(0);
}
