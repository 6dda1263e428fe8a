// reject: test_all_ints wrong_answer - takes INT_MIN for a tail that is not there
size_t lis_length(const std::vector<int>& values) {
  std::vector<int> tails(values.size() + 1, INT_MIN);
  size_t used = 0;
  for (const int value : values) {
    size_t low = 0;
    for (size_t high = used; low < high;) {
      const size_t middle = (low + high) / 2;
      if (tails[middle] < value) low = middle + 1;
      else high = middle;
    }
    tails[low] = value;
    if (low == used && tails[used] != INT_MIN) ++used;
  }
  return used;
}
