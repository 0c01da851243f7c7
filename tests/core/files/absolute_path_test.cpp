#include "core/files/absolute_path.hpp"

#include <filesystem>

#include "tests/catch.hpp"

namespace eca::test {

TEST_CASE("absolute_path: from the current folder, with the dots at the beginning resolved", "[files]") {
  const std::filesystem::path here = std::filesystem::current_path();
  CHECK(absolute_path("a/b") == (here / "a/b").string());
  CHECK(absolute_path("./a/") == (here / "a/").string());
  CHECK(absolute_path("../a/../b") == (here.parent_path() / "a/../b").string());
  CHECK(absolute_path(".") == here.string());
  CHECK(absolute_path("../") == here.parent_path().string());
  CHECK(absolute_path("/a/../b/") == "/a/../b/");
  CHECK(absolute_path("").empty());
}

}  // namespace eca::test
