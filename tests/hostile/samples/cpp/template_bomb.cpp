// verdict: build_failed
template <int N, int M> struct Bomb { enum { value = Bomb<N - 1, M>::value + Bomb<N - 1, M + (1 << (N % 30))>::value }; };
template <int M> struct Bomb<0, M> { enum { value = 1 }; };
int64_t f(int64_t x) { return x + Bomb<60, 0>::value; }
