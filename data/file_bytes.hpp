// Whole files in memory. Data sets are small enough to be read in one piece and checked before use.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace eca {

// All bytes of a file. Throws FileError if it cannot be opened or read, or is a folder.
std::vector<uint8_t> read_bytes(const std::string& path);

// SHA-256 of all its bytes. Throws as read_bytes does.
std::string sha256_of_file(const std::string& path);

// The lines of a text file that are not empty, without their line ends (LF or CRLF).
std::vector<std::string> read_lines(const std::string& path);

}  // namespace eca
