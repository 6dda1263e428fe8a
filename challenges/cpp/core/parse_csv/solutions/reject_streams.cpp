// reject: test_quoted wrong_answer - splits at line ends first, those in quotes too
#include <sstream>

std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::vector<std::string> record(1);
    bool inside = false;
    for (size_t i = 0; i < line.size(); ++i) {
      if (line[i] == '"') {
        if (inside && i + 1 < line.size() && line[i + 1] == '"') {
          record.back() += line[i++];
        } else {
          inside = !inside;
        }
      } else if (line[i] == ',' && !inside) {
        record.emplace_back();
      } else {
        record.back() += line[i];
      }
    }
    records.push_back(record);
  }
  return records;
}
