// reject: test_products_cancel wrong_answer - gives up at the first product or partial sum that does not fit
Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  int64_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    int64_t product = 0;
    if (__builtin_mul_overflow(a[i], b[i], &product)) {
      return {true, (a[i] < 0) == (b[i] < 0) ? INT64_MAX : INT64_MIN};
    }
    const int64_t before = sum;
    if (__builtin_add_overflow(before, product, &sum)) {
      return {true, product > 0 ? INT64_MAX : INT64_MIN};
    }
  }
  return {false, sum};
}
