// reject: test_examples wrong_answer - moves the rest of the ones down by one place too few
namespace {

uint64_t low_mask(int count) { return count <= 0 ? 0 : ~uint64_t{0} >> (64 - std::min(count, 64)); }

uint64_t swapped(uint64_t x, int by, uint64_t mask) { return (x >> by & mask) | (x & mask) << by; }

}  // namespace

uint64_t bit_field(uint64_t word, int first, int count) {
  return first >= 64 ? 0 : word >> first & low_mask(count);
}

uint64_t reverse_low(uint64_t word, int width) {
  if (width == 0) return word;
  uint64_t turned = __builtin_bswap64(word);
  turned = swapped(turned, 4, 0x0F0F0F0F0F0F0F0F);
  turned = swapped(turned, 2, 0x3333333333333333);
  turned = swapped(turned, 1, 0x5555555555555555);
  return (word & ~low_mask(width)) | turned >> (64 - width);
}

uint64_t next_with_as_many(uint64_t word) {
  const uint64_t lowest = word & (~word + 1);
  const uint64_t carried = word + lowest;
  if (carried < word || lowest == 0) return 0;
  return carried | ((word ^ carried) / lowest) >> 1;
}
