// reject: test_ends wrong_answer - notices overflow, but leaves the wrapped sum as the value
Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  // The sum is high * 2^64 + low: each product gives its upper half to one, its lower to the other.
  __int128 high = 0;
  unsigned __int128 low = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    const __int128 product = static_cast<__int128>(a[i]) * b[i];
    high += product >> 64;
    low += static_cast<uint64_t>(product);
  }
  high += static_cast<__int128>(low >> 64);
  const auto value = static_cast<int64_t>(static_cast<uint64_t>(low));
  if (high == (value < 0 ? -1 : 0)) return {false, value};
  return {true, value};
}
