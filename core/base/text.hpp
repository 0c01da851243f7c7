// Small texts: splitting them, and options written as "name:key=value".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace eca {

std::vector<std::string> split(const std::string& text, char separator);
std::string join(const std::vector<std::string>& words, const std::string& separator);

// Options written as "name:key=value,key=value". Reading an option marks it as known; finish() throws an
// Error naming any that nobody asked for, and listing those that exist.
class OptionText {
 public:
  // Throws Error if an option has no '='.
  explicit OptionText(const std::string& text);

  const std::string& name() const { return name_; }
  // Each returns the fallback if the option is absent, and throws Error naming the option and what was
  // expected.
  int64_t integer(const std::string& key, int64_t fallback);
  double number(const std::string& key, double fallback);
  bool boolean(const std::string& key, bool fallback);  // true, false, 1, 0
  std::string word(const std::string& key, const std::string& fallback);
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
