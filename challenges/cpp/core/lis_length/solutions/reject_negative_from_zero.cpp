// reject: test_all_ints wrong_answer - compares with a 0 that is no value
size_t lis_length(const std::vector<int>& values) {
  std::vector<int> tails = {0};
  for (const int value : values) {
    if (value > tails.back()) {
      tails.push_back(value);
    } else if (value > 0) {
      *std::lower_bound(tails.begin() + 1, tails.end(), value) = value;
    }
  }
  return tails.size() - 1;
}
