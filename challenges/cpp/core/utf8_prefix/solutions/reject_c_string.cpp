// reject: test_valid wrong_answer - stops at the first byte 0
#include <bit>

Prefix utf8_prefix(const std::string& text) {
  const auto* at = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const begin = at;
  const auto* const end = at + std::strlen(text.c_str());
  std::size_t count = 0;
  while (at != end) {
    const int ones = std::countl_one(*at);
    if (ones == 0) {
      ++at;
    } else {
      if (ones == 1 || ones > 4 || end - at < ones) break;
      uint32_t number = *at & (0x7Fu >> ones);
      bool good = true;
      for (int i = 1; i < ones; ++i) {
        good = good && at[i] >> 6 == 2;
        number = number << 6 | (at[i] & 63u);
      }
      static constexpr uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
      if (!good || number < smallest[ones] || number > 0x10FFFF) break;
      if (number >= 0xD800 && number < 0xE000) break;
      at += ones;
    }
    ++count;
  }
  return {static_cast<std::size_t>(at - begin), count};
}
