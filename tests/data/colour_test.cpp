#include "data/colour.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "data/augment.hpp"
#include "tests/catch.hpp"

using namespace eca;

static constexpr double kGrey = 0.299 * 0.2 + 0.587 * 0.4 + 0.114 * 0.9;  // of the first pixel below

static std::vector<real> two_pixels() {
  return {real(0.2), real(0.4), real(0.9), real(0.6), real(0.6), real(0.6)};
}

static std::vector<real> jittered(std::array<int, 3> order, std::array<double, 3> factors) {
  std::vector<real> values = two_pixels();
  apply_jitter({.order = order, .factors = factors}, values.data(), 2, 3);
  return values;
}

static void check_values(const std::vector<real>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).margin(1e-6));
}

TEST_CASE("jitter: each change agrees with a calculation by hand", "[data]") {
  check_values(jittered({0, 1, 2}, {1, 1, 1}), {0.2, 0.4, 0.9, 0.6, 0.6, 0.6});
  check_values(jittered({0, 1, 2}, {1.5, 1, 1}), {0.3, 0.6, 1.0, 0.9, 0.9, 0.9});  // cut off at 1
  const double mean = (kGrey + 0.6) / 2;
  const auto towards = [](double x, double f, double m) { return f * x + (1 - f) * m; };
  check_values(jittered({0, 1, 2}, {1, 0.5, 1}),
               {towards(0.2, 0.5, mean), towards(0.4, 0.5, mean), towards(0.9, 0.5, mean),
                towards(0.6, 0.5, mean), towards(0.6, 0.5, mean), towards(0.6, 0.5, mean)});
  check_values(jittered({0, 1, 2}, {1, 1, 0.25}), {towards(0.2, 0.25, kGrey), towards(0.4, 0.25, kGrey),
                                                   towards(0.9, 0.25, kGrey), 0.6, 0.6, 0.6});
}

TEST_CASE("jitter: the order matters, and each of the six comes equally often", "[data]") {
  CHECK(jittered({0, 1, 2}, {1.4, 0.6, 1}) != jittered({1, 0, 2}, {1.4, 0.6, 1}));  // one of them is cut off
  std::multiset<std::array<int, 3>> orders;
  for (uint64_t i = 0; i < 6000; ++i) {
    Random random(1, Purpose::test, 0, i);
    const ColourChange change = draw_colour_change(0.4, 0.1, random);
    orders.insert(change.order);
    for (const double f : change.factors) REQUIRE((f >= 0.6 && f <= 1.4));
  }
  for (std::array<int, 3> order = {0, 1, 2};;) {
    CHECK(std::abs(static_cast<double>(orders.count(order)) - 1000) < 150);  // five standard deviations of 29
    if (!std::next_permutation(order.begin(), order.end())) break;
  }
}

TEST_CASE("jitter: a grey image has no colour to saturate", "[data]") {
  std::vector<real> values = {real(0.2), real(0.8)};
  apply_jitter({.order = {0, 1, 2}, .factors = {1, 2, 5}}, values.data(), 2, 1);
  check_values(values, {0, 1});  // contrast alone: 0.5 -+ 0.6, cut off
}

TEST_CASE("lighting: shifts have the deviations of ImageNet's colours", "[data]") {
  constexpr int kDraws = 20000;
  std::array<double, 3> squares{};
  double red_green = 0;
  for (uint64_t i = 0; i < kDraws; ++i) {
    Random random(1, Purpose::test, 1, i);
    const ColourChange change = draw_colour_change(0, 0.1, random);
    for (size_t c = 0; c < 3; ++c) squares[c] += change.shift[c] * change.shift[c] / kDraws;
    red_green += change.shift[0] * change.shift[1] / kDraws;
    CHECK(change.factors == std::array<double, 3>{1, 1, 1});
  }
  // The diagonal of V diag(l^2) V^T, times 0.1^2: mostly the first vector, which is grey.
  CHECK(std::sqrt(squares[0]) ==
        Approx(0.1 * std::sqrt(std::pow(0.2175 * 0.5675, 2) + std::pow(0.0188 * 0.7192, 2) +
                               std::pow(0.0045 * 0.4009, 2)))
            .epsilon(0.03));
  CHECK(std::sqrt(squares[2]) ==
        Approx(0.1 * std::sqrt(std::pow(0.2175 * 0.5836, 2) + std::pow(0.0188 * 0.6948, 2) +
                               std::pow(0.0045 * 0.4203, 2)))
            .epsilon(0.03));
  CHECK(red_green / std::sqrt(squares[0] * squares[1]) > 0.95);

  std::vector<real> values = two_pixels();
  apply_lighting({.shift = {0.1, -0.3, 0.2}}, values.data(), 2);
  check_values(values, {0.3, 0.1, 1.1, 0.7, 0.3, 0.8});  // not cut off: they are to be normalised
}

TEST_CASE("augment_image changes colours before it normalises, and nothing else by it", "[data]") {
  constexpr int64_t S = 6;
  std::vector<uint8_t> image;
  for (int i = 0; i < S * S * 3; ++i) image.push_back(static_cast<uint8_t>(40 + i));
  const Normalisation normalisation{.mean = {0.4, 0.5, 0.3}, .std = {0.25, 0.5, 0.2}};
  const PixelTable table(normalisation);
  std::vector<real> plain(S * S * 3), changed(S * S * 3);
  for (uint64_t i = 0; i < 50; ++i) {
    const Random random(2, Purpose::augment, 0, i);
    augment_image(plain.data(), image.data(), S, S, table, parse_augment("crop:2+flip"), random);
    augment_image(changed.data(), image.data(), S, S, table, parse_augment("crop:2+flip+lighting"), random);
    // The same place shows the same pixel, shifted by one amount for each channel; what lies outside stays 0.
    std::array<double, 3> shift{};
    for (size_t p = 0; p < plain.size(); ++p) {
      const bool outside = plain[p] == 0 && plain[p - p % 3] == 0 && plain[p - p % 3 + 1] == 0;
      if (outside) {
        CHECK(changed[p] == 0);
      } else {
        const double found = (changed[p] - plain[p]) * normalisation.std[p % 3];
        if (shift[p % 3] == 0) shift[p % 3] = found;
        CHECK(found == Approx(shift[p % 3]).margin(1e-5));
      }
    }
    CHECK(std::abs(shift[0]) > 0);
    // and jitter that changes nothing
    augment_image(changed.data(), image.data(), S, S, table, parse_augment("crop:2+flip+jitter:1e-12"),
                  random);
    for (size_t p = 0; p < plain.size(); ++p) CHECK(changed[p] == Approx(plain[p]).margin(1e-5));
  }
}
