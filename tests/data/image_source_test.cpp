#include "data/image_source.hpp"

#include "tests/catch.hpp"

using namespace eca;

TEST_CASE("an image that cannot be read is said once, whoever has met it", "[data]") {
  using Images = std::map<int64_t, std::string>;
  using Reasons = std::vector<std::string>;
  UnreadableImages here, there;
  here.add(7, "7.png: cut");
  here.add(7, "7.png: cut again");
  there.add(7, "7.png: cut");
  there.add(3, "3.png: empty");
  CHECK(here.unsaid() == Images{{7, "7.png: cut"}});
  Images all = here.unsaid();
  all.merge(there.unsaid());
  CHECK(here.say(all) == Reasons{"3.png: empty", "7.png: cut"});
  CHECK(here.contains(3));
  CHECK_FALSE(here.contains(4));
  CHECK(here.unsaid().empty());
  here.add(3, "3.png: empty");
  CHECK(here.say(there.unsaid()).empty());
  here.add(4, "4.png: no image");
  CHECK(here.say_new() == Reasons{"4.png: no image"});
  here.unsay();
  CHECK(here.unsaid().size() == 3);
}
