// reject: test_small wrong_answer - the tails of the last call are still there
size_t lis_length(const std::vector<int>& values) {
  static std::vector<int> tails;
  for (const int value : values) {
    const auto at = std::lower_bound(tails.begin(), tails.end(), value);
    if (at == tails.end()) {
      tails.push_back(value);
    } else {
      *at = value;
    }
  }
  return tails.size();
}
