#pragma once

#include <string>

#include "data/image_set.hpp"

namespace eca {

// The data that `spec` names; what is out of the ordinary with them is said on stderr. Images of a folder are brought to
// folder_image_size; all other data have a size of their own. Throws what load_dataset throws.
Dataset load_data(const std::string& spec, int64_t folder_image_size);

// "eca: warning: ...", on stderr.
void warn(const std::string& text);

}  // namespace eca
