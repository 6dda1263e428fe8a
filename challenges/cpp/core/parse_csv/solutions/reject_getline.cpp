// reject: test_empty_fields wrong_answer - getline gives no field after the last comma
#include <sstream>

std::vector<std::vector<std::string>> parse_csv(const std::string& text) {
  std::vector<std::vector<std::string>> records;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::istringstream fields(line);
    std::vector<std::string>& record = records.emplace_back();
    for (std::string field; std::getline(fields, field, ',');) {
      if (field.size() > 1 && field.front() == '"' && field.back() == '"') {
        field = field.substr(1, field.size() - 2);
      }
      record.push_back(field);
    }
    if (record.empty()) record.emplace_back();
  }
  return records;
}
