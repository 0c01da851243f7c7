// Small texts: splitting them, and options written as "name:key=value".
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace eca {

// "a,,b" at ',' -> "a", "", "b"; the text itself if the separator does not occur.
std::vector<std::string> split(const std::string& text, char separator);
// The words with the separator between them.
std::string join(const std::vector<std::string>& words, const std::string& separator);

// The number that the whole text is; nothing where it is anything else, blanks around it included.
std::optional<int64_t> whole_number(const std::string& text);
std::optional<double> finite_number(const std::string& text);  // neither infinite nor NaN

// Options written as "name:key=value,key=value". Reading an option marks it as known; finish() names any that nobody
// asked for, and lists those that exist.
class OptionText {
 public:
  // Throws Error if an option has no '=' or is given twice.
  explicit OptionText(const std::string& text);

  const std::string& name() const { return name_; }
  // Whether the option is there.
  bool has(const std::string& key) { return find(key) != nullptr; }
  // Each returns the fallback if the option is absent, and throws Error naming the option and what was expected.
  int64_t integer(const std::string& key, int64_t fallback);
  double number(const std::string& key, double fallback);
  bool boolean(const std::string& key, bool fallback);  // true, false, 1, 0
  std::string word(const std::string& key, const std::string& fallback);
  // Throws Error if there is an option that nobody asked for.
  void finish() const;

 private:
  const std::string* find(const std::string& key);
  [[noreturn]] void refuse(const std::string& key, const std::string& value,
                           const std::string& expected) const;

  std::string text_, name_;
  std::map<std::string, std::string> options_;
  std::vector<std::string> known_;
};

}  // namespace eca
