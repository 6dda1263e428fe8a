// reject: test_no_undefined_behaviour rule_broken - right, but first adds as int64_t, which overflows
Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  // The sum is high * 2^64 + low: each product gives its upper half to one, its lower to the other.
  __int128 high = 0;
  unsigned __int128 low = 0;
  int64_t value = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const __int128 product = static_cast<__int128>(a[i]) * b[i];
    high += product >> 64;
    low += static_cast<uint64_t>(product);
    value += a[i] * b[i];
  }
  high += static_cast<__int128>(low >> 64);
  if (high == (value < 0 ? -1 : 0)) return {false, value};
  return {true, high < 0 ? INT64_MIN : INT64_MAX};
}
