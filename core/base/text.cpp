#include "core/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"

namespace eca {

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> words;
  size_t begin = 0;
  for (size_t end; (end = text.find(separator, begin)) != std::string::npos; begin = end + 1) {
    words.push_back(text.substr(begin, end - begin));
  }
  words.push_back(text.substr(begin));
  return words;
}

std::string join(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (size_t i = 0; i < words.size(); ++i) text += (i > 0 ? separator : "") + words[i];
  return text;
}

template <class Number>
static std::optional<Number> parse(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<int64_t> whole_number(const std::string& text) { return parse<int64_t>(text); }

std::optional<double> finite_number(const std::string& text) {
  const std::optional<double> value = parse<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

OptionText::OptionText(const std::string& text) : text_(text) {
  const size_t colon = text.find(':');
  name_ = text.substr(0, colon);
  if (colon == std::string::npos) return;
  for (const std::string& option : split(text.substr(colon + 1), ',')) {
    const size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw Error("\"" + text + "\": option \"" + option + "\", expected key=value");
    }
    if (!options_.emplace(option.substr(0, equals), option.substr(equals + 1)).second) {
      throw Error("\"" + text + "\": option \"" + option.substr(0, equals) + "\" is given twice");
    }
  }
}

const std::string* OptionText::find(const std::string& key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const auto option = options_.find(key);
  return option == options_.end() ? nullptr : &option->second;
}

void OptionText::refuse(const std::string& key, const std::string& value, const std::string& expected) const {
  throw Error("\"" + text_ + "\": " + key + " = \"" + value + "\", expected " + expected);
}

int64_t OptionText::integer(const std::string& key, int64_t fallback) {
  const std::string* text = find(key);
  if (text == nullptr) return fallback;
  if (const auto value = whole_number(*text)) return *value;
  refuse(key, *text, "a whole number");
}

double OptionText::number(const std::string& key, double fallback) {
  const std::string* text = find(key);
  if (text == nullptr) return fallback;
  if (const auto value = finite_number(*text)) return *value;
  refuse(key, *text, "a finite number");
}

bool OptionText::boolean(const std::string& key, bool fallback) {
  const std::string* text = find(key);
  if (text == nullptr) return fallback;
  if (*text == "true" || *text == "1") return true;
  if (*text == "false" || *text == "0") return false;
  refuse(key, *text, "true or false");
}

std::string OptionText::word(const std::string& key, const std::string& fallback) {
  const std::string* text = find(key);
  return text == nullptr ? fallback : *text;
}

void OptionText::finish() const {
  for (const auto& [key, value] : options_) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string possible =
        known_.empty() ? "it takes no options" : "possible are " + join(known_, ", ");
    throw Error("\"" + text_ + "\": unknown option \"" + key + "\"" + did_you_mean(key, known_) + "; " +
                possible);
  }
}

}  // namespace eca
