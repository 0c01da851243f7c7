#include "experiments/common/config_lines.hpp"

#include <fstream>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::string without_byte_order_mark(const std::string& text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

// A path may hold a '#', as in "/data/c#/photos".
static std::string without_comment(const std::string& line) {
  size_t hash = line.find('#');
  while (hash != std::string::npos && hash > 0 && line[hash - 1] != ' ' && line[hash - 1] != '\t') {
    hash = line.find('#', hash + 1);
  }
  return line.substr(0, hash);
}

std::vector<ConfigLine> config_lines(const std::string& text) {
  std::vector<ConfigLine> lines;
  int number = 0;
  for (const std::string& whole_line : split(text, '\n')) {
    ++number;
    const std::string line = trimmed(without_comment(whole_line));
    if (!line.empty()) lines.push_back({number, line});
  }
  return lines;
}

KeyValue key_and_value(const std::string& line) {
  const size_t equals = line.find('=');
  if (equals == std::string::npos) throw Error("\"" + line + "\", expected key = value");
  return {trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1))};
}

bool fits_a_line(const std::string& value) {
  const std::vector<ConfigLine> lines = config_lines("key = " + value);
  return lines.size() == 1 && key_and_value(lines[0].text).value == value;
}

std::string read_config_bytes(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) throw FileError(path, "cannot read this configuration file");
  return without_byte_order_mark(text.str());
}

}  // namespace eca
