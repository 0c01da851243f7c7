// Text files of lines "key = value"; '#' at the beginning of a line or behind a blank starts a comment.
#pragma once

#include <string>
#include <vector>

namespace eca {

struct ConfigLine {
  int number;        // from 1
  std::string text;  // without comment and blanks around it, never empty
};
// The lines that hold something, in order.
std::vector<ConfigLine> config_lines(const std::string& text);

struct KeyValue {
  std::string key, value;
};
// "key = value", split at the first '=', without the blanks around both. Throws Error if there is no '='.
KeyValue key_and_value(const std::string& line);

// Whether "key = value" gives the value back: not if a part of it would be taken for a comment, if blanks stand around it, or
// if it has more than one line.
bool fits_a_line(const std::string& value);

// Without the blanks around it.
std::string trimmed(const std::string& text);

// Without the three bytes that Windows' editors put in front of UTF-8.
std::string without_byte_order_mark(const std::string& text);

// The whole file, without a byte order mark. Throws FileError if it cannot be read.
std::string read_config_bytes(const std::string& path);

}  // namespace eca
