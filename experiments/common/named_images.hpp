#pragma once

#include <string>
#include <vector>

namespace eca {

// The files named, and of folders the images in them and below, in sorted order; what else lies there is counted, in a warning
// on stderr. Throws FileError if a folder holds no image or cannot be listed.
std::vector<std::string> named_images(const std::vector<std::string>& named);

}  // namespace eca
