// reject: test_many timed_out - looks at all values before each one
size_t lis_length(const std::vector<int>& values) {
  std::vector<size_t> lengths(values.size(), 1);
  size_t best = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (values[j] < values[i]) lengths[i] = std::max(lengths[i], lengths[j] + 1);
    }
    best = std::max(best, lengths[i]);
  }
  return best;
}
