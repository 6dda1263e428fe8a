// reject: test_products_cancel wrong_answer - saturates after every product
Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  __int128 sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += static_cast<__int128>(a[i]) * b[i];
    sum = std::clamp<__int128>(sum, INT64_MIN, INT64_MAX);
  }
  const bool overflow = sum == INT64_MIN || sum == INT64_MAX;
  return {overflow, static_cast<int64_t>(sum)};
}
