#include "data/file_bytes.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("read_bytes returns every byte", "[data]") {
  const TempDir dir;
  std::vector<uint8_t> bytes(1000);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 7);
  write_file(dir.file("all"), bytes);
  CHECK(read_bytes(dir.file("all")) == bytes);
  write_file(dir.file("empty"), "");
  CHECK(read_bytes(dir.file("empty")).empty());
}

TEST_CASE("read_lines drops line ends and empty lines", "[data]") {
  const TempDir dir;
  write_file(dir.file("names"), "airplane\r\nbird\n\nlast");
  CHECK(read_lines(dir.file("names")) == std::vector<std::string>{"airplane", "bird", "last"});
}

TEST_CASE("reading what is not a readable file names the path and the reason", "[data]") {
  const TempDir dir;
  const std::string missing = dir.file("missing");
  CHECK_THAT(error_text<FileError>([&] { read_bytes(missing); }),
             contains(missing) && contains("No such file or directory"));
  CHECK_THAT(error_text<FileError>([&] { read_lines(missing); }), contains("No such file or directory"));
  CHECK_THAT(error_text<FileError>([&] { read_bytes(dir.str()); }),
             contains(dir.str()) && contains("is a folder"));
}
