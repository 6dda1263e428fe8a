// reject: test_equal_values wrong_answer - equal values count as increasing
size_t lis_length(const std::vector<int>& values) {
  // tails[i] is the smallest value that a subsequence of i + 1 elements can end with.
  std::vector<int> tails;
  for (const int value : values) {
    const auto at = std::upper_bound(tails.begin(), tails.end(), value);
    if (at == tails.end()) {
      tails.push_back(value);
    } else {
      *at = value;
    }
  }
  return tails.size();
}
