// Data by the text a user types, "KIND" or "KIND:ARGUMENT": what classification (data/sets/dataset.hpp) and detection
// (data/detection/detection_data.hpp) have in common.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

namespace eca {

// A row of a table of kinds.
template <class Data, class Options>
struct DataKind {
  std::string name;         // "cifar10"
  std::string syntax;       // "cifar10:DIR"
  std::string description;  // one line
  std::string example;      // a spec that can be typed as it stands
  // Loads what stands behind the colon, "DIR".
  Data (*load)(const std::string& argument, const Options& options);
  // The same argument with its paths from the root; null if it names no file.
  std::string (*absolute)(const std::string& argument);

  bool needs_argument() const { return syntax.starts_with(name + ":"); }
};

struct DataSpec {
  std::string kind, argument;  // empty: none
};
inline DataSpec parse_data_spec(const std::string& spec) {
  const size_t colon = spec.find(':');
  return {spec.substr(0, colon), colon == std::string::npos ? "" : spec.substr(colon + 1)};
}

// Where the options of an argument begin, "DIR,test=0.2": at the first one of those names, as a folder's name may hold commas, and
// '=' as well.
inline size_t options_begin(const std::string& argument, std::span<const char* const> options) {
  size_t begin = argument.size();
  for (const std::string option : options) begin = std::min(begin, argument.find("," + option + "="));
  return begin;
}

// The same data from every folder. What names no file, or no kind of data, stays as it is.
template <class Kind>
std::string with_absolute_paths(const std::string& spec, const std::vector<Kind>& kinds) {
  const size_t colon = spec.find(':');
  if (colon == std::string::npos) return spec;
  for (const Kind& kind : kinds) {
    if (spec.substr(0, colon) == kind.name && kind.absolute != nullptr)
      return kind.name + ":" + kind.absolute(spec.substr(colon + 1));
  }
  return spec;
}

}  // namespace eca
