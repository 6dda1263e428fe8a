// reject: test_line_ends wrong_answer - the line end at the end of the text begins another record
#include <string_view>

namespace {

std::string unquoted(std::string_view raw) {
  if (raw.empty() || raw.front() != '"') return std::string(raw);
  std::string field;
  for (std::size_t i = 1; i + 1 < raw.size(); ++i) {
    field.push_back(raw[i]);
    if (raw[i] == '"') ++i;
  }
  return field;
}

}  // namespace

std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  if (text.empty()) return records;
  const std::string_view all(text);
  records.emplace_back();
  std::size_t begin = 0;
  bool inside = false;
  for (std::size_t i = 0; i <= all.size(); ++i) {
    const bool end = i == all.size();
    if (!end && all[i] == '"') inside = !inside;
    if (inside || (!end && all[i] != ',' && all[i] != '\n')) continue;
    std::size_t stop = i;
    if (!end && all[i] == '\n' && stop > begin && all[stop - 1] == '\r') --stop;
    records.back().push_back(unquoted(all.substr(begin, stop - begin)));
    begin = i + 1;
    if (!end && all[i] == '\n') {
      records.emplace_back();
    }
  }
  return records;
}
