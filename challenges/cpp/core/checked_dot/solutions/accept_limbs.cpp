// Halves of 32 bits, whose products are summed by weight: no type beyond 64 bits.
namespace {

struct Sum {
  std::array<int64_t, 6> limbs{};  // of weight 2^(32 i), each but the last from 0 to 2^32 - 1

  void add(std::size_t at, uint64_t amount) {
    for (; amount != 0 && at < limbs.size(); ++at) {
      const uint64_t total = static_cast<uint64_t>(limbs[at]) + (amount & 0xffffffffu);
      limbs[at] = static_cast<int64_t>(total & 0xffffffffu);
      amount = (amount >> 32) + (total >> 32);
    }
  }
};

uint64_t magnitude(int64_t x) {
  return x < 0 ? 0 - static_cast<uint64_t>(x) : static_cast<uint64_t>(x);
}

}  // namespace

Dot checked_dot(const std::vector<int64_t>& a, const std::vector<int64_t>& b) {
  Sum plus, minus;
  for (std::size_t i = 0; i < a.size(); i++) {
    Sum& sum = (a[i] < 0) == (b[i] < 0) ? plus : minus;
    const uint64_t x = magnitude(a[i]), y = magnitude(b[i]);
    const uint64_t mask = 0xffffffffu;
    sum.add(0, (x & mask) * (y & mask));
    sum.add(1, (x >> 32) * (y & mask));
    sum.add(1, (x & mask) * (y >> 32));
    sum.add(2, (x >> 32) * (y >> 32));
  }
  bool negative = false;
  for (std::size_t i = plus.limbs.size(); i-- > 0;) {
    if (plus.limbs[i] != minus.limbs[i]) {
      negative = plus.limbs[i] < minus.limbs[i];
      break;
    }
  }
  if (negative) std::swap(plus, minus);
  int64_t borrow = 0;
  for (std::size_t i = 0; i < plus.limbs.size(); ++i) {
    int64_t limb = plus.limbs[i] - minus.limbs[i] - borrow;
    borrow = limb < 0 ? 1 : 0;
    plus.limbs[i] = limb + (borrow << 32);
  }
  const uint64_t low = (static_cast<uint64_t>(plus.limbs[1]) << 32) | static_cast<uint64_t>(plus.limbs[0]);
  const bool far = plus.limbs[2] || plus.limbs[3] || plus.limbs[4] || plus.limbs[5];
  const uint64_t end = uint64_t{1} << 63;
  if (negative) {
    if (far || low > end) return {true, INT64_MIN};
    return {false, low == end ? INT64_MIN : -static_cast<int64_t>(low)};
  }
  if (far || low >= end) return {true, INT64_MAX};
  return {false, static_cast<int64_t>(low)};
}
