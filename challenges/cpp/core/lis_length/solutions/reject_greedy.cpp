// reject: test_not_side_by_side wrong_answer - takes every value that is larger than the last one taken
size_t lis_length(const std::vector<int>& values) {
  size_t count = 0;
  int last = 0;
  for (const int value : values) {
    if (count == 0 || value > last) {
      last = value;
      ++count;
    }
  }
  return count;
}
