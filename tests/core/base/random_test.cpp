#include "core/base/random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <vector>

#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

constexpr int kSamples = 200'000;

TEST_CASE("philox4x32: known answers of the Random123 distribution", "[core][random]") {
  using Words = std::array<uint32_t, 4>;
  CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  const uint32_t ones = 0xffffffff;
  CHECK(philox4x32({ones, ones, ones, ones}, {ones, ones}) ==
        Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

// Recorded numbers of earlier runs depend on these values: they must never change.
TEST_CASE("random: the streams are what they were", "[core][random]") {
  Random random(1, Purpose::shuffle, 2, 3);
  CHECK(random.next_u32() == 1811481995u);
  CHECK(random.next_u64() == 500227450411192733u);
  CHECK(random.below(1000) == 907u);
  CHECK(random.uniform() == 0x1.3834593ffb81p-5);
  CHECK(random.normal() ==
        Approx(1.6374015086049383).epsilon(1e-12));  // log and sin may differ by a rounding
}

TEST_CASE("random: equal addresses give equal numbers, every part of an address matters", "[core][random]") {
  const auto first_words = [](Random random) {
    std::array<uint64_t, 4> words;
    for (uint64_t& word : words) word = random.next_u64();
    return words;
  };
  const uint64_t high = uint64_t{1} << 32;
  const std::vector<Random> streams = {
      Random(1, Purpose::init),       Random(2, Purpose::init),          Random(1 + high, Purpose::init),
      Random(1, Purpose::shuffle),    Random(1, Purpose::init, 1),       Random(1, Purpose::init, high),
      Random(1, Purpose::init, 0, 1), Random(1, Purpose::init, 0, high), Random(1, Purpose::init, 1, 2),
      Random(1, Purpose::init, 2, 1),
  };
  std::set<std::array<uint64_t, 4>> seen;
  for (const Random& stream : streams) {
    CHECK(seen.insert(first_words(stream)).second);
    CHECK(first_words(stream) == first_words(stream));
  }
  CHECK(first_words(Random(7, Purpose::augment, 8, 9)) == first_words(Random(7, Purpose::augment, 8, 9)));
}

TEST_CASE("random: neighbouring addresses are uncorrelated", "[core][random]") {
  // The first number of each stream, as for one random number per image.
  double sum_ab = 0, sum_aa = 0;
  for (uint64_t image = 0; image < 20'000; ++image) {
    const double a = Random(1, Purpose::augment, 5, image).uniform() - 0.5;
    const double b = Random(1, Purpose::augment, 5, image + 1).uniform() - 0.5;
    const double next_epoch = Random(1, Purpose::augment, 6, image).uniform() - 0.5;
    sum_ab += a * b + a * next_epoch;
    sum_aa += a * a;
  }
  CHECK(sum_aa / 20'000 == Approx(1.0 / 12).epsilon(0.03));
  CHECK(std::abs(sum_ab / sum_aa) < 0.05);  // 5 standard deviations: 5 * sqrt(2 / 20000)
}

TEST_CASE("random: uniform numbers lie in [0,1) and have the moments of the distribution", "[core][random]") {
  Random random(1, Purpose::test);
  double sum = 0, squares = 0, low = 1, high = 0;
  for (int i = 0; i < kSamples; ++i) {
    const double u = random.uniform();
    sum += u;
    squares += u * u;
    low = std::min(low, u);
    high = std::max(high, u);
  }
  // Tolerances: 5 standard deviations of the mean.
  CHECK(std::abs(sum / kSamples - 0.5) < 5 * std::sqrt(1.0 / 12 / kSamples));
  CHECK(std::abs(squares / kSamples - 1.0 / 3) < 5 * std::sqrt(4.0 / 45 / kSamples));
  CHECK(low >= 0);
  CHECK(low < 1e-4);
  CHECK(high < 1);
  CHECK(high > 1 - 1e-4);
}

TEST_CASE("random: uniform(low, high) scales the same number", "[core][random]") {
  Random a(3, Purpose::test), b(3, Purpose::test);
  for (int i = 0; i < 100; ++i) CHECK(a.uniform(-2, 6) == -2 + 8 * b.uniform());
}

TEST_CASE("random: normal numbers have the moments of the distribution", "[core][random]") {
  Random random(2, Purpose::test);
  double sum[5] = {};  // of x^0 .. x^4
  double neighbours = 0, before = 0;
  for (int i = 0; i < kSamples; ++i) {
    const double x = random.normal();
    for (int k = 0; k < 5; ++k) sum[k] += std::pow(x, k);
    neighbours += before * x;  // the two numbers of one Box-Muller pair must be independent, too
    before = x;
  }
  // Tolerances: 5 standard deviations, variance of x^k = (2k-1)!! - E(x^k)^2.
  CHECK(std::abs(sum[1] / kSamples) < 5 * std::sqrt(1.0 / kSamples));
  CHECK(std::abs(sum[2] / kSamples - 1) < 5 * std::sqrt(2.0 / kSamples));
  CHECK(std::abs(sum[3] / kSamples) < 5 * std::sqrt(15.0 / kSamples));
  CHECK(std::abs(sum[4] / kSamples - 3) < 5 * std::sqrt(96.0 / kSamples));
  CHECK(std::abs(neighbours / kSamples) < 5 * std::sqrt(1.0 / kSamples));
}

TEST_CASE("random: below(n) takes every value equally often", "[core][random]") {
  Random random(4, Purpose::test);
  constexpr int kValues = 7;
  int count[kValues] = {}, outside = 0;
  for (int i = 0; i < kSamples; ++i) {
    const uint64_t x = random.below(kValues);
    ++(x < kValues ? count[x] : outside);
  }
  CHECK(outside == 0);
  double chi_squared = 0;
  const double expected = static_cast<double>(kSamples) / kValues;
  for (const int n : count) chi_squared += (n - expected) * (n - expected) / expected;
  CHECK(chi_squared < 30);  // 6 degrees of freedom: above with probability 4e-5
  CHECK(random.below(1) == 0);
}

TEST_CASE("random: below(n) has no bias where n does not divide 2^64", "[core][random]") {
  // Without rejection, x mod n would lie in the first third of [0, 3 * 2^62) half of the time.
  Random random(5, Purpose::test);
  const uint64_t third = uint64_t{1} << 62;
  int in_first_third = 0;
  for (int i = 0; i < 20'000; ++i) in_first_third += random.below(3 * third) < third;
  CHECK(std::abs(in_first_third / 20'000.0 - 1.0 / 3) < 5 * std::sqrt(2.0 / 9 / 20'000));
}

TEST_CASE("random: name_hash is FNV-1a", "[core][random]") {
  CHECK(name_hash("") == 0xcbf29ce484222325);
  CHECK(name_hash("a") == 0xaf63dc4c8601ec8c);
  CHECK(name_hash("foobar") == 0x85944171f73967e8);
}
