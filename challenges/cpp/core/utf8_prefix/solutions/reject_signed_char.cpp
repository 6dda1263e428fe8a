// reject: test_valid wrong_answer - char is signed: every byte is below 0x80
namespace {

enum State { start, one, two, three, after_e0, after_ed, after_f0, after_f4, wrong };

State next(State state, char c) {
  const bool tail = (c & 0xC0) == 0x80;
  switch (state) {
    case start:
      if (c < 0x80) return start;
      if (c >= 0xC2 && c <= 0xDF) return one;
      if (c == 0xE0) return after_e0;
      if (c == 0xED) return after_ed;
      if (c >= 0xE1 && c <= 0xEF) return two;
      if (c == 0xF0) return after_f0;
      if (c >= 0xF1 && c <= 0xF3) return three;
      return c == 0xF4 ? after_f4 : wrong;
    case one: return tail ? start : wrong;
    case two: return tail ? one : wrong;
    case three: return tail ? two : wrong;
    case after_e0: return tail && c >= 0xA0 ? one : wrong;
    case after_ed: return tail && c < 0xA0 ? one : wrong;
    case after_f0: return tail && c >= 0x90 ? two : wrong;
    case after_f4: return tail && c < 0x90 ? two : wrong;
    default: return wrong;
  }
}

}  // namespace

Prefix utf8_prefix(const std::string& text) {
  Prefix good{0, 0};
  State state = start;
  for (std::size_t i = 0; i < text.size() && state != wrong; ++i) {
    state = next(state, text[i]);
    if (state == start) good = {i + 1, good.code_points + 1};
  }
  return good;
}
