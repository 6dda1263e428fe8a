// verdict: crashed
// says: it threw
struct Odd { ~Odd() noexcept(false) {} };
int64_t f(int64_t x) { throw Odd{}; return x; }
