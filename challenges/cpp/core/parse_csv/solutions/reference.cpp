std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  size_t at = 0;
  const auto at_line_end = [&] {
    return text.compare(at, 1, "\n") == 0 || text.compare(at, 2, "\r\n") == 0;
  };
  while (at < text.size()) {
    std::vector<std::string>& record = records.emplace_back();
    for (bool more = true; more;) {
      std::string& field = record.emplace_back();
      if (at < text.size() && text[at] == '"') {
        for (++at; text.compare(at, 2, "\"\"") == 0 || text[at] != '"'; ++at) {
          if (text[at] == '"') ++at;
          field += text[at];
        }
        ++at;
      } else {
        while (at < text.size() && text[at] != ',' && !at_line_end()) field += text[at++];
      }
      more = at < text.size() && text[at] == ',';
      if (more) ++at;
    }
    if (at < text.size()) at += text[at] == '\r' ? 2 : 1;
  }
  return records;
}
