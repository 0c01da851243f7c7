// Text built as printf builds it.
#pragma once

#include <cstdio>
#include <string>

namespace eca {

// What printf would print, whole, however long.
template <class... Args>
std::string format(const char* pattern, Args... args) {
  const int length = std::snprintf(nullptr, 0, pattern, args...);
  std::string text(static_cast<size_t>(length) + 1, '\0');  // and the zero that snprintf ends with
  std::snprintf(text.data(), text.size(), pattern, args...);
  text.pop_back();
  return text;
}

}  // namespace eca
