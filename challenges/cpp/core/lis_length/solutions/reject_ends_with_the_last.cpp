// reject: test_not_side_by_side wrong_answer - the longest that ends with the last value
size_t lis_length(const std::vector<int>& values) {
  std::vector<size_t> lengths(values.size(), 1);
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      if (values[j] < values[i]) lengths[i] = std::max(lengths[i], lengths[j] + 1);
    }
  }
  return values.empty() ? 0 : lengths.back();
}
