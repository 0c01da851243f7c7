#include "data/data_memory.hpp"

#include <algorithm>
#include <fstream>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/parallel/ranks.hpp"

namespace eca {

// The number in a file that holds nothing else; nothing if there is none ("max").
static std::optional<int64_t> number_in(const char* path) {
  std::ifstream file(path);
  int64_t value = 0;
  return file >> value ? std::optional(value) : std::nullopt;
}

static int64_t available_bytes() {
  std::ifstream file("/proc/meminfo");
  std::string key, unit;
  for (int64_t kilobytes = 0; file >> key >> kilobytes;) {
    if (key == "MemAvailable:") return kilobytes * 1024;
    std::getline(file, unit);
  }
  return int64_t{1} << 30;  // a system that does not say it
}

int64_t free_memory_bytes() {
  const auto limit = number_in("/sys/fs/cgroup/memory.max"),
             used = number_in("/sys/fs/cgroup/memory.current");
  const int64_t available = available_bytes();
  return limit && used ? std::clamp<int64_t>(*limit - *used, 0, available) : available;
}

int64_t parse_data_memory(const std::string& text) {
  if (text == "auto") return free_memory_bytes() / 2 / ranks_on_this_machine();
  const std::string units = "KMG";
  const size_t unit = text.empty() ? std::string::npos : units.find(text.back());
  const bool has_unit = unit != std::string::npos;
  const auto number = finite_number(has_unit ? text.substr(0, text.size() - 1) : text);
  double bytes = number.value_or(-1);
  for (size_t i = 0; has_unit && i <= unit; ++i) bytes *= 1024;
  if (bytes >= 0 && bytes < 9e18) return static_cast<int64_t>(bytes);
  throw Error("data-memory: \"" + text +
              "\", expected auto, or bytes with K, M or G behind the number, such as 500M");
}

}  // namespace eca
