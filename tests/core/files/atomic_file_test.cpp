#include "core/files/atomic_file.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// While it lives, this process cannot make a file larger than `bytes`: write() then takes less than it was given,
// and fails the next time, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

std::string temporary(const std::string& path) { return path + "." + std::to_string(getpid()) + ".tmp"; }

}  // namespace

TEST_CASE("atomic file: writes a new file and replaces an old one", "[core][atomic_file]") {
  const TempDir folder;
  const std::string path = folder.file("weights");
  write_file_atomically(path, "first and longer");
  CHECK(read_file(path) == "first and longer");
  write_file_atomically(path, std::string_view("se\0cond", 7));
  CHECK(read_file(path) == std::string("se\0cond", 7));
  CHECK(!std::filesystem::exists(temporary(path)));
}

TEST_CASE("atomic file: parts follow one another, none and empty ones included", "[core][atomic_file]") {
  const TempDir folder;
  const std::string path = folder.file("weights");
  const std::array<std::string_view, 4> parts = {"header", "", " and ", "data"};
  write_file_atomically(path, parts);
  CHECK(read_file(path) == "header and data");
  write_file_atomically(path, std::span<const std::string_view>{});
  CHECK(std::filesystem::file_size(path) == 0);
}

TEST_CASE("atomic file: a path without folder is in the working folder", "[core][atomic_file]") {
  const TempDir folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.str());
  const std::string text = error_text<FileError>([] { write_file_atomically("weights", "here"); });
  std::filesystem::current_path(before);
  CHECK(text == "nothing was thrown");
  CHECK(read_file(folder.file("weights")) == "here");
}

TEST_CASE("atomic file: the temporary file of another process is left alone", "[core][atomic_file]") {
  const TempDir folder;
  const std::string path = folder.file("weights");
  for (const std::string& others : {path + ".tmp", temporary(path)}) {
    write_file(others, std::string("half of a much longer file"));
    write_file_atomically(path, "whole");
    CHECK(read_file(path) == "whole");
    CHECK(read_file(others) == "half of a much longer file");
  }
}

TEST_CASE("atomic file: when the disk is full the old file survives and no temporary is left",
          "[core][atomic_file]") {
  const TempDir folder;
  const std::string path = folder.file("weights");
  write_file_atomically(path, "old");
  std::string text;
  {
    const FileSizeLimit limit(4096);
    const std::array<std::string, 2> parts = {std::string(3000, 'a'), std::string(7000, 'b')};
    const std::array<std::string_view, 2> views = {parts[0], parts[1]};
    text = error_text<FileError>([&] { write_file_atomically(path, views); });
  }
  CHECK(text ==
        path + ": cannot write " + temporary(path) + " (4096 of 10000 bytes written): File too large");
  CHECK(read_file(path) == "old");
  CHECK(!std::filesystem::exists(temporary(path)));
}

TEST_CASE("atomic file: a missing folder is named", "[core][atomic_file]") {
  const TempDir folder;
  const std::string path = folder.str() + "/missing/weights";
  CHECK(error_text<FileError>([&] { write_file_atomically(path, "x"); }) ==
        path + ": cannot create " + temporary(path) + ": No such file or directory");
}

TEST_CASE("atomic file: a folder is not replaced, and no temporary is left", "[core][atomic_file]") {
  const TempDir folder;
  const std::string path = folder.file("weights");
  std::filesystem::create_directory(path);
  CHECK(error_text<FileError>([&] { write_file_atomically(path, "x"); }) ==
        path + ": cannot rename " + temporary(path) + " to it: Is a directory");
  CHECK(std::filesystem::is_directory(path));
  CHECK(!std::filesystem::exists(temporary(path)));
}
