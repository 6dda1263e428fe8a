// Adds a negative product whenever the sum is positive, and a positive one otherwise, so that the
// sum is never larger than the products. Once all that are left have its sign, it may be cut.
Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  std::vector<__int128> up, down;
  for (std::size_t i = 0; i != a.size(); ++i) {
    const __int128 product = static_cast<__int128>(a[i]) * b[i];
    if (product != 0) (product < 0 ? down : up).push_back(product);
  }
  const __int128 far = static_cast<__int128>(1) << 100;
  __int128 sum = 0;
  while (!up.empty() || !down.empty()) {
    std::vector<__int128>& next = up.empty() || (sum > 0 && !down.empty()) ? down : up;
    if ((sum > 0) == (next.back() > 0)) sum = std::clamp(sum, -far, far);
    sum += next.back();
    next.pop_back();
  }
  if (sum > INT64_MAX) return Dot{true, INT64_MAX};
  if (sum < INT64_MIN) return Dot{true, INT64_MIN};
  return Dot{false, static_cast<int64_t>(sum)};
}
