// The errors of the library. Every message names the thing, what was expected and what was found.
#pragma once

#include <stdexcept>
#include <string>

namespace eca {

// Base of all errors a user can cause; the program prints what() and exits with code 1.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A tensor does not fit an operation. Thrown at op entry, before any arithmetic. See core/autograd/check.hpp.
struct ShapeError : Error {
  using Error::Error;
};

// A file cannot be read or written, or does not hold what it should. The text begins with the path.
struct FileError : Error {
  FileError(const std::string& path, const std::string& problem) : Error(path + ": " + problem) {}
};

}  // namespace eca
