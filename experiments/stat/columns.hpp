// Words in aligned columns.
#pragma once

#include <string>
#include <vector>

namespace eca {

// Columns as wide as their widest word and two blanks apart; the first is aligned left, the others right.
std::string in_columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace eca
