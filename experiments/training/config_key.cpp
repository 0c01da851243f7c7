#include "experiments/training/config_key.hpp"

#include <charconv>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

[[noreturn]] static void refuse_value(const std::string& key, const std::string& text, const char* expected) {
  throw Error(key + ": \"" + text + "\", expected " + expected);
}

int64_t parse_integer(const std::string& key, const std::string& text) {
  if (const auto value = whole_number(text)) return *value;
  const size_t sign = text.starts_with("-") ? 1 : 0;
  const bool digits = text.size() > sign && text.find_first_not_of("0123456789", sign) == std::string::npos;
  refuse_value(key, text, digits ? "a whole number of at most 18 digits" : "a whole number");
}

double parse_number(const std::string& key, const std::string& text) {
  if (const auto value = finite_number(text)) return *value;
  refuse_value(key, text, "a finite number");
}

bool parse_boolean(const std::string& key, const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  refuse_value(key, text, "true or false");
}

std::string shortest_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

void check_range(const char* key, double value, double low, double high, const char* expected) {
  if (!(value >= low && value <= high))
    throw Error(std::string(key) + ": " + shortest_text(value) + ", expected " + expected);
}

}  // namespace eca
