#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "core/error.hpp"

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

// Levenshtein distance, one row of the table at a time.
static size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  size_t best = std::max<size_t>(2, word.size() / 3) + 1;
  std::string nearest;
  for (const std::string& candidate : known) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  return nearest.empty() ? "" : ", did you mean \"" + nearest + "\"?";
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
  known_.push_back(key);
  const auto option = options_.find(key);
  return option == options_.end() ? nullptr : &option->second;
}

void OptionText::refuse(const std::string& key, const std::string& value, const std::string& expected) const {
  throw Error("\"" + text_ + "\": " + key + " = \"" + value + "\", expected " + expected);
}

template <class Number>
static bool parse(const std::string& text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

int64_t OptionText::integer(const std::string& key, int64_t fallback) {
  const std::string* text = find(key);
  int64_t value = fallback;
  if (text != nullptr && !parse(*text, value)) refuse(key, *text, "a whole number");
  return value;
}

double OptionText::number(const std::string& key, double fallback) {
  const std::string* text = find(key);
  double value = fallback;
  if (text != nullptr && !parse(*text, value)) refuse(key, *text, "a number");
  return value;
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
