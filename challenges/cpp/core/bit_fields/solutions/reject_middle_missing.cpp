// reject: test_reverse_low wrong_answer - stops one pair before the middle
#include <bitset>

uint64_t bit_field(uint64_t word, int first, int count) {
  const std::bitset<64> from(word);
  std::bitset<64> to;
  for (int i = 0; i < count && first + i < 64; ++i) to[i] = from[first + i];
  return to.to_ullong();
}

uint64_t reverse_low(uint64_t word, int width) {
  std::bitset<64> bits(word);
  for (int i = 0, j = width - 1; i < j - 1; ++i, --j) {
    const bool kept = bits[i];
    bits[i] = bits[j];
    bits[j] = kept;
  }
  return bits.to_ullong();
}

uint64_t next_with_as_many(uint64_t word) {
  std::string digits = std::bitset<64>(word).to_string();
  if (!std::next_permutation(digits.begin(), digits.end())) return 0;
  return std::bitset<64>(digits).to_ullong();
}
