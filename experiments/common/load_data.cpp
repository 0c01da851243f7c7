#include "experiments/common/load_data.hpp"

#include <cstdio>

#include "data/sets/dataset.hpp"

namespace eca {

void warn(const std::string& text) { std::fprintf(stderr, "eca: warning: %s\n", text.c_str()); }

Dataset load_data(const std::string& spec, int64_t folder_image_size) {
  Dataset data = load_dataset(spec, spec.starts_with("folder:") ? folder_image_size : 0);
  for (const std::string& note : data.notes) warn(note);
  return data;
}

}  // namespace eca
