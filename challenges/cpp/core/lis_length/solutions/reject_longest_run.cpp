// reject: test_not_side_by_side wrong_answer - only looks at values side by side
size_t lis_length(const std::vector<int>& values) {
  size_t best = 0, run = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    run = i > 0 && values[i - 1] < values[i] ? run + 1 : 1;
    best = std::max(best, run);
  }
  return best;
}
