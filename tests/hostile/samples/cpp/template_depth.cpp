// verdict: build_failed
template <class T> struct Deep { static constexpr int value = Deep<Deep<T>>::value; };
int64_t f(int64_t x) { return x + Deep<int>::value; }
