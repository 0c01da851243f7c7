#include "core/base/free_ranges.hpp"

#include "tests/catch.hpp"

using namespace eca;

using Ranges = std::map<int64_t, int64_t>;

TEST_CASE("free ranges: a block is cut from the first range it fits in, and joins its free neighbours again",
          "[core][memory]") {
  FreeRanges free(100);
  CHECK(free.all_free());
  CHECK(free.take(101) == std::nullopt);
  CHECK(free.take(10) == 0);
  CHECK(free.take(20) == 10);
  CHECK(free.take(30) == 30);
  CHECK(free.ranges() == Ranges{{60, 40}});
  CHECK(free.end_of_used() == 60);
  free.give_back(0, 10);
  CHECK(free.ranges() == Ranges{{0, 10}, {60, 40}});
  CHECK(free.take(5) == 0);
  CHECK(free.take(6) == 60);  // 5 are left before, too few
  free.give_back(10, 20);     // with the 5 before it
  CHECK(free.ranges() == Ranges{{5, 25}, {66, 34}});
  CHECK(free.end_of_used() == 66);
  free.give_back(30, 30);  // only with those before it
  free.give_back(60, 6);   // with both sides
  CHECK(free.ranges() == Ranges{{5, 95}});
  free.give_back(0, 5);
  CHECK(free.all_free());
  CHECK(free.end_of_used() == 0);
}

TEST_CASE("free ranges: where all is taken the end is the whole", "[core][memory]") {
  FreeRanges free(8);
  CHECK(free.take(8) == 0);
  CHECK(!free.all_free());
  CHECK(free.end_of_used() == 8);
  CHECK(free.take(1) == std::nullopt);
}
