#include "data/file_bytes.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/base/error.hpp"
#include "core/files/sha256.hpp"

namespace eca {

static std::ifstream open_file(const std::string& path) {
  if (std::filesystem::is_directory(path)) throw FileError(path, "is a folder, expected a file");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw FileError(path, std::string("cannot be opened: ") + std::strerror(errno));
  return file;
}

std::vector<uint8_t> read_bytes(const std::string& path) {
  std::ifstream file = open_file(path);
  file.seekg(0, std::ios::end);
  const std::streamoff size = file.tellg();
  file.seekg(0);
  if (size < 0 || !file) throw FileError(path, "cannot be read: its size is unknown");
  std::vector<uint8_t> bytes(static_cast<size_t>(size));
  file.read(reinterpret_cast<char*>(bytes.data()), size);
  if (file.gcount() != size) {
    throw FileError(path, "cannot be read: got " + std::to_string(file.gcount()) + " of " +
                              std::to_string(size) + " bytes");
  }
  return bytes;
}

std::string sha256_of_file(const std::string& path) {
  const std::vector<uint8_t> bytes = read_bytes(path);
  return sha256_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::vector<std::string> read_lines(const std::string& path) {
  std::ifstream file = open_file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

}  // namespace eca
