#include "core/base/shape.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("shape: extents, rank and number of elements", "[core][shape]") {
  const Shape shape{2, 3, 5, 7};
  CHECK(shape.rank() == 4);
  CHECK(shape.numel() == 210);
  CHECK(shape.dim(0) == 2);
  CHECK(shape.dim(3) == 7);
  CHECK(shape.dim(-1) == 7);
  CHECK(shape.dim(-4) == 2);
  CHECK(shape.extents() == std::vector<int64_t>{2, 3, 5, 7});
  CHECK(Shape(std::vector<int64_t>{2, 3, 5, 7}) == shape);
}

TEST_CASE("shape: a scalar has one element, an extent of 0 none", "[core][shape]") {
  CHECK(Shape{}.rank() == 0);
  CHECK(Shape{}.numel() == 1);
  CHECK(Shape{4, 0, 3}.numel() == 0);
}

TEST_CASE("shape: text", "[core][shape]") {
  CHECK(Shape{128, 32, 32, 16}.str() == "(128,32,32,16)");
  CHECK(Shape{5}.str() == "(5)");
  CHECK(Shape{}.str() == "()");
}

TEST_CASE("shape: equality compares rank and every extent, never just the number of elements",
          "[core][shape]") {
  CHECK(Shape{2, 3} == Shape{2, 3});
  CHECK(!(Shape{2, 3} == Shape{3, 2}));
  CHECK(!(Shape{2, 3} == Shape{6}));
  CHECK(!(Shape{2, 3} == Shape{2, 3, 1}));
  CHECK(!(Shape{1} == Shape{}));
}

TEST_CASE("shape: refuses what cannot be a shape, and axes it does not have", "[core][shape]") {
  CHECK_THROWS_WITH((Shape{2, -3}), contains("extent -3 of axis 1"));
  CHECK_THROWS_WITH((Shape{1, 1, 1, 1, 1, 1, 1}), contains("rank 7, expected at most 6"));
  CHECK((Shape{1, 1, 1, 1, 1, 1}).rank() == Shape::kMaxRank);
  CHECK_THROWS_WITH((Shape{2, 3}).dim(2), contains("no axis 2 in (2,3)"));
  CHECK_THROWS_WITH((Shape{2, 3}).dim(-3), contains("no axis -3 in (2,3)"));
  CHECK_THROWS_AS(Shape{}.dim(0), Error);
}
