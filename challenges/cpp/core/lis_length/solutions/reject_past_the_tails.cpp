// reject: test_no_undefined_behaviour rule_broken - writes to the end of a vector whose memory is only reserved
size_t lis_length(const std::vector<int>& values) {
  std::vector<int> tails;
  tails.reserve(values.size());
  size_t used = 0;
  for (const int value : values) {
    const auto at = static_cast<size_t>(std::lower_bound(tails.data(), tails.data() + used, value) - tails.data());
    tails[at] = value;
    if (at == used) ++used;
  }
  return used;
}
