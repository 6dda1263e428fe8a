// reject: test_small crashed - reads the first of no values
size_t lis_length(const std::vector<int>& values) {
  std::vector<int> tails = {values[0]};
  for (const int value : values) {
    if (value > tails.back()) {
      tails.push_back(value);
    } else {
      *std::lower_bound(tails.begin(), tails.end(), value) = value;
    }
  }
  return tails.size();
}
