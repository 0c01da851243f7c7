#include "core/files/new_folder.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

namespace {

int64_t entries_of(const std::string& dir) {
  return std::distance(std::filesystem::directory_iterator(dir), std::filesystem::directory_iterator());
}

}  // namespace

TEST_CASE("new folder: whole, or not there", "[files]") {
  const TempDir dir;
  const std::string name = dir.str() + "/above/new";
  {
    const NewFolder given_up(name + "/");
    write_file(given_up.path() + "/a", "1");
    CHECK_FALSE(std::filesystem::exists(name));
  }
  CHECK(entries_of(dir.str() + "/above") == 0);
  {
    NewFolder one(name), other(name);  // as if a process of this number had left one behind
    CHECK(one.path() != other.path());
    write_file(one.path() + "/a", "1");
    write_file(other.path() + "/a", "2");
    one.commit();
    CHECK_THAT(error_text<FileError>([&] { other.commit(); }), contains(name + ": is there already"));
  }
  CHECK(read_file(name + "/a") == "1");
  CHECK(entries_of(dir.str() + "/above") == 1);
}

TEST_CASE("new folder: what is refused", "[files]") {
  const TempDir dir;
  write_file(dir.file("file"), "x");
  const auto error = [](const std::string& folder) {
    return error_text<FileError>([&] { NewFolder made(folder); });
  };
  CHECK(error(dir.str()) == dir.str() + ": is there already; choose another name, or remove it first");
  CHECK(error(dir.str() + "/") == dir.str() + ": is there already; choose another name, or remove it first");
  CHECK(error(dir.str() + "/file") ==
        dir.str() + "/file: is there already; choose another name, or remove it first");
  CHECK_THAT(error(dir.str() + "/file/new"), contains("/file: cannot make this folder: "));
  CHECK_THAT(error(""), contains("expected the name of a folder to make"));
  std::filesystem::create_symlink("nowhere", dir.str() + "/link");
  CHECK_THAT(error(dir.str() + "/link"), contains("is there already"));
}
