// reject: test_no_undefined_behaviour rule_broken - asks for the last byte of an empty text
using Records = std::vector<std::vector<std::string>>;

Records parse_csv(const std::string& text) {
  enum class State { start, plain, quoted, closed } state = State::start;
  Records records;
  std::vector<std::string> record;
  std::string field;
  bool open = false;  // whether the record has begun
  const auto end_field = [&] {
    record.push_back(std::move(field));
    field.clear();
    state = State::start;
  };
  for (const char c : text) {
    open = true;
    if (state == State::quoted) {
      if (c == '"') state = State::closed;
      else field += c;
    } else if (c == '"') {
      if (state == State::closed) field += c;
      state = State::quoted;
    } else if (c == ',') {
      end_field();
    } else if (c == '\n') {
      // A CR that stands in the text just before belongs to the line end.
      if (state == State::plain && field.back() == '\r') field.pop_back();
      end_field();
      records.push_back(std::move(record));
      record.clear();
      open = false;
    } else {
      // After a closed field only the CR of a line end can stand.
      if (state == State::closed) continue;
      field += c;
      state = State::plain;
    }
  }
  if (text.back() != '\n' && open) {
    end_field();
    records.push_back(std::move(record));
  }
  return records;
}
