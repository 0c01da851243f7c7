#include "core/base/closest_name.hpp"

#include "tests/catch.hpp"

using namespace eca;

TEST_CASE("edit_distance counts insertions, deletions and replacements", "[core]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("cifar10", "cifar10") == 0);
  CHECK(edit_distance("cifar10", "cifar100") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("ab", "ba") == 2);
}

TEST_CASE("closest_name finds what was probably meant, and nothing else", "[core]") {
  const std::vector<std::string> names = {"cifar10", "cifar100", "mnist", "folder"};
  CHECK(closest_name("cifar1O", names) == "cifar10");
  CHECK(closest_name("mnits", names) == "mnist");
  CHECK(closest_name("imagenet", names) == "");
  CHECK(closest_name("n", {"test"}) == "");  // three insertions
  CHECK(closest_name("no", {"n"}) == "");    // one deletion, but of half the name
  CHECK(did_you_mean("floder", names) == " (did you mean \"folder\"?)");
  CHECK(did_you_mean("imagenet", names) == "");
}
