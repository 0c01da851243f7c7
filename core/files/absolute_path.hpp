#pragma once

#include <string>

namespace eca {

// The path from the root, so that it means the same from every folder: "../photos/" -> "/data/photos/". Nothing needs to be
// there; an absolute path and an empty one stay as they are.
std::string absolute_path(const std::string& path);

}  // namespace eca
