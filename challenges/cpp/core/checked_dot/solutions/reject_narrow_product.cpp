// reject: test_small wrong_answer - multiplies as int
Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  __int128 sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<int>(a[i]) * static_cast<int>(b[i]);
  if (sum > INT64_MAX) return {true, INT64_MAX};
  if (sum < INT64_MIN) return {true, INT64_MIN};
  return {false, static_cast<int64_t>(sum)};
}
