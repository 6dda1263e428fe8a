// reject: test_ends wrong_answer - wraps around and notices nothing
Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  uint64_t sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<uint64_t>(a[i]) * static_cast<uint64_t>(b[i]);
  return {false, static_cast<int64_t>(sum)};
}
