// verdict: build_failed
// Each line of it is wrong.
#define E e! e! e! e! e! e! e! e!
#define F E; E; E; E; E; E; E; E; E; E; E; E; E; E; E; E;
#define G F F F F F F F F F F F F F F F F F F F F F F F F
int64_t f(int64_t x) { G G G G G G G G return x; }
