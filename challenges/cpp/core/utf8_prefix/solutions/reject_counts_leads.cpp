// reject: test_cut_short wrong_answer - counts a sequence that is cut short
Prefix utf8_prefix(const std::string& text) {
  const auto byte = [&](size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  Prefix prefix{0, 0};
  while (prefix.bytes < text.size()) {
    const unsigned first = byte(prefix.bytes);
    size_t length = 1;
    unsigned low = 0x80, high = 0xBF;  // what the second byte may be
    if (first >= 0x80) {
      if (first < 0xC2 || first > 0xF4) break;
      length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
      if (first == 0xE0) low = 0xA0;
      if (first == 0xED) high = 0x9F;
      if (first == 0xF0) low = 0x90;
      if (first == 0xF4) high = 0x8F;
      const unsigned second = byte(prefix.bytes + 1);
      if (second < low || second > high) break;
      bool continued = true;
      for (size_t i = 2; i < length; ++i) continued &= (byte(prefix.bytes + i) & 0xC0) == 0x80;
      if (!continued) return {prefix.bytes, prefix.code_points + 1};
    }
    prefix.bytes += length;
    ++prefix.code_points;
  }
  return prefix;
}
