// reject: test_no_undefined_behaviour rule_broken - right, but shifts by 64 before it looks whether it may
#include <bit>

uint64_t bit_field(uint64_t word, int first, int count) {
  uint64_t moved = word >> first;
  if (first == 64) moved = 0;
  return count == 64 ? moved : moved & ((uint64_t{1} << count) - 1);
}

uint64_t reverse_low(uint64_t word, int width) {
  uint64_t result = word;
  for (int i = 0; i < width; ++i) {
    const uint64_t bit = uint64_t{1} << (width - 1 - i);
    result = (word >> i & 1) ? result | bit : result & ~bit;
  }
  return result;
}

uint64_t next_with_as_many(uint64_t word) {
  if (word == 0) return 0;
  // The lowest run of ones: its highest moves up by one, the others go down to bit 0.
  const int zeros = std::countr_zero(word);
  const uint64_t lowest = uint64_t{1} << zeros;
  const uint64_t carried = word + lowest;
  if (carried == 0) return 0;
  const int ones = std::countr_zero(carried) - zeros;
  return carried | ((uint64_t{1} << (ones - 1)) - 1);
}
