#pragma once

#include "data/sets/dataset.hpp"

namespace eca {

// The data that `spec` names. Images of a folder are brought to folder_image_size; all other data have a size of
// their own. Throws what load_dataset throws.
inline Dataset load_data(const std::string& spec, int64_t folder_image_size) {
  return load_dataset(spec, spec.starts_with("folder:") ? folder_image_size : 0);
}

}  // namespace eca
