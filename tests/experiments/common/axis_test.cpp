#include "experiments/common/axis.hpp"

#include <limits>

#include "core/base/error.hpp"
#include "experiments/common/format.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

namespace eca::test {

static std::string texts(const Axis& axis) {
  std::string all;
  for (const Tick& tick : axis.ticks) all += (all.empty() ? "" : " ") + tick.text;
  return all;
}

TEST_CASE("format is printf, however long the text", "[plots]") {
  CHECK(format("%d %.2f %s", 7, 1.5, "x") == "7 1.50 x");
  const std::string name(1000, 'n');
  CHECK(format("<%s>", name.c_str()) == "<" + name + ">");
  CHECK(format("%s", "").empty());
}

TEST_CASE("numbers at an axis are short", "[plots]") {
  CHECK(short_number(0) == "0");
  CHECK(short_number(0.5) == "0.5");
  CHECK(short_number(200) == "200");
  CHECK(short_number(1500) == "1.5k");
  CHECK(short_number(269722) == "269.7k");
  CHECK(short_number(-20e6) == "-20M");
  CHECK(short_number(3e9) == "3G");
}

TEST_CASE("a linear axis: round ticks, room at both ends, none beyond its bounds", "[plots]") {
  const Axis axis = linear_axis({68.8, 72.5, 75.6}, 0, 100);
  CHECK(texts(axis) == "69 70 71 72 73 74 75");
  CHECK(axis.place(axis.low) == 0);
  CHECK(axis.place(axis.high) == 1);
  CHECK(axis.low < 68.8);
  CHECK(axis.high > 75.6);
  for (const Tick& tick : axis.ticks) CHECK(tick.place == Approx(axis.place(std::stod(tick.text))));

  const Axis wide = linear_axis({3, 99}, 0, 100);  // percents do not leave 0 to 100
  CHECK(wide.low == 0);
  CHECK(wide.high == 100);
  CHECK(texts(wide) == "0 20 40 60 80 100");
  CHECK(texts(linear_axis({5}, 0, 100)) == "4.8 4.9 5 5.1 5.2");
  CHECK(linear_axis({0, 0}, -10, 10).ticks.size() > 1);
}

TEST_CASE("an axis of sizes: linear where they are near, logarithmic with a place for zero where not",
          "[plots]") {
  CHECK(texts(size_axis({0, 27, 45})) == "0 10 20 30 40");
  const Axis axis = size_axis({0, 27, 45, 336, 2016});
  CHECK(texts(axis) == "0 20 50 100 200 500 1k 2k");
  for (size_t i = 1; i < axis.ticks.size(); ++i) CHECK(axis.ticks[i].place > axis.ticks[i - 1].place + 0.08);
  CHECK(axis.place(0) == Axis::zero);
  CHECK(axis.place(27) > Axis::start);
  CHECK(axis.place(2016) < 1);

  const Axis no_zero = size_axis({3, 2048});
  CHECK(no_zero.place(no_zero.low) == 0);
  CHECK(texts(no_zero) == "2 5 10 20 50 100 200 500 1k 2k");
  CHECK(texts(size_axis({1, 3e7})) == "1 10 100 1k 10k 100k 1M 10M");
  CHECK(texts(size_axis({0, 0})) == "0");
}

TEST_CASE("an axis refuses what is no number", "[plots]") {
  CHECK(error_text<Error>([] { linear_axis({}, 0, 1); }) == "axis: no values");
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK_THAT(error_text<Error>([&] { size_axis({1, nan}); }), contains("nan, expected finite ones"));
}

TEST_CASE("places are spread out as little as can be, in their order", "[plots]") {
  using Places = std::vector<double>;
  CHECK(spread_out({}, 10, 0, 100).empty());
  CHECK(spread_out({10, 50, 90}, 10, 0, 100) == Places{10, 50, 90});
  CHECK(spread_out({50, 50}, 10, 0, 100) == Places{45, 55});
  CHECK(spread_out({52, 50, 51}, 10, 0, 100) == Places{61, 41, 51});
  CHECK(spread_out({0, 1, 60}, 10, 0, 100) == Places{0, 10, 60});
  CHECK(spread_out({99, 100, 98}, 10, 0, 100) == Places{90, 100, 80});
  // Two crowds that meet become one.
  CHECK(spread_out({40, 40, 52, 52}, 10, 0, 100) == Places{31, 41, 51, 61});
  CHECK(spread_out({5, 5, 5}, 10, 0, 10) ==
        Places{0, 10, 20});  // no room: beyond the end, never on each other
}

}  // namespace eca::test
