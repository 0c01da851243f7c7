#pragma once

#include <cstdio>
#include <string>

namespace eca {

// printf into a string of at most 255 characters.
template <class... Args>
std::string format(const char* pattern, Args... args) {
  char text[256];
  std::snprintf(text, sizeof text, pattern, args...);
  return text;
}

}  // namespace eca
