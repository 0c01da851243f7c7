#pragma once

#include <string>

namespace eca {

// Makes a folder, and those above it, unless it is there. Throws FileError that calls it `what`.
void make_folder(const std::string& folder, const std::string& what = "folder");

}  // namespace eca
