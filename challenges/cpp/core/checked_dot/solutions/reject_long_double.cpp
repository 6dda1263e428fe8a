// reject: test_products_cancel wrong_answer - a mantissa of 64 bits
Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  long double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<long double>(a[i]) * static_cast<long double>(b[i]);
  if (sum > static_cast<long double>(INT64_MAX)) return {true, INT64_MAX};
  if (sum < static_cast<long double>(INT64_MIN)) return {true, INT64_MIN};
  return {false, static_cast<int64_t>(sum)};
}
