#include "data/pixel_sums.hpp"

#include <cmath>

#include "tests/catch.hpp"

using namespace eca;

TEST_CASE("pixel sums are of each channel, and of several images together", "[data]") {
  const std::vector<uint8_t> one = {1, 2, 3, 4, 255, 0, 5, 4}, other = {0, 0, 1, 4};
  PixelSums sums, more;
  sums.add({.pixels = one.data(), .height = 1, .width = 2, .channels = 4});
  more.add({.pixels = other.data(), .height = 1, .width = 1, .channels = 4});
  sums.add(more);
  CHECK(sums.pixels == 3);
  CHECK(sums.sum == std::array<uint64_t, 4>{256, 2, 9, 12});
  CHECK(sums.squares == std::array<uint64_t, 4>{65026, 4, 35, 48});
  const Normalisation found = normalisation_of(sums, 4);
  CHECK(found.mean[2] == Approx(3 / 255.0).epsilon(1e-12));
  CHECK(found.std[2] == Approx(std::sqrt(8 / 3.0) / 255).epsilon(1e-12));
  CHECK(found.std[3] == 1);  // 4 everywhere
}

TEST_CASE("a channel that is the same everywhere, but for rounding, is divided by 1", "[data]") {
  const auto deviation = [](uint64_t pixels, uint64_t brighter) {  // of pixels of 254, some of 255
    const uint64_t sum = 254 * pixels + brighter;
    return normalisation_of(
               {.sum = {sum}, .squares = {254 * 254 * pixels + 509 * brighter}, .pixels = pixels}, 1)
        .std[0];
  };
  CHECK(deviation(3, 0) == 1);
  CHECK(deviation(12'345'678'901, 0) == 1);
  CHECK(deviation(12'345'678'901, 1) == 1);
  CHECK(deviation(1'000'000, 1) == Approx(0.001 / 255).epsilon(1e-3));
}
