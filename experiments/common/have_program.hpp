#pragma once

#include <string>

namespace eca {

// True if PATH holds a program of this name.
bool have_program(const std::string& name);

}  // namespace eca
