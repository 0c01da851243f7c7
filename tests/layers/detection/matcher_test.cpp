#include "layers/detection/matcher.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "layers/detection/balanced_sample.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/layers/detection/detection_golden.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("matcher: matches what torchvision matches", "[golden][detection]") {
  const Golden golden("detection");
  const std::vector<GoldenCase> cases = cases_of(golden, "matcher");
  CHECK(cases.size() == 3);
  for (const GoldenCase& c : cases) {
    CAPTURE(c.name());
    const Tensor ious = c.same("ious");
    const Matcher matcher = {c.option<double>("high"), c.option<double>("low"),
                             c.option<bool>("low_quality")};
    const std::vector<int32_t> expected = c.labels("matches");
    CHECK(matcher.match(doubles(ious), ious.dim(0), ious.dim(1)) ==
          std::vector<int64_t>(expected.begin(), expected.end()));
    ++counters.goldens;
  }
}

TEST_CASE("matcher: thresholds, low quality and no objects", "[layers][detection]") {
  const Matcher matcher = {.high = 0.7, .low = 0.3};
  CHECK(matcher.match(std::vector<double>{0.7, 0.69, 0.3, 0.29}, 1, 4) ==
        std::vector<int64_t>{0, kIgnored, kIgnored, kBackground});
  const Matcher low_quality = {.high = 0.7, .low = 0.3, .low_quality = true};
  // Object 0 overlaps the second and the third most; the third overlaps object 1 more. Object 2 overlaps nothing.
  const std::vector<double> ious{0.1, 0.2, 0.2, 0, 0.8, 0, 0.4, 0, 0, 0, 0, 0};
  CHECK(low_quality.match(ious, 3, 4) == std::vector<int64_t>{1, 0, 1, kBackground});
  // Of objects that a candidate overlaps alike the first one is its, whichever way it came to it.
  CHECK(matcher.match(std::vector<double>{0.8, 0.2, 0.8, 0.2, 0.1, 0.1}, 3, 2) ==
        std::vector<int64_t>{0, kBackground});
  CHECK(low_quality.match(std::vector<double>{0.5, 0.2, 0.5, 0.2}, 2, 2) ==
        std::vector<int64_t>{0, kBackground});
  CHECK(low_quality.match({}, 0, 2) == std::vector<int64_t>{kBackground, kBackground});
  CHECK(low_quality.match({}, 2, 0).empty());
  CHECK(error_text<Error>([&] { matcher.match(ious, 2, 4); }) ==
        "matcher: 12 overlaps of 2 objects and 4 candidates");
  CHECK(error_text<Error>([] { Matcher{.high = 0.3, .low = 0.5}.match({}, 0, 0); }) ==
        "matcher: thresholds 0.500000 and 0.300000, expected low <= high");
}

TEST_CASE("balanced sample: numbers, no ignored ones, every set alike, the same of one address",
          "[layers][detection]") {
  std::vector<int64_t> matches(20, kBackground);
  for (const size_t i : {3, 4, 8, 12}) matches[i] = 1;
  for (const size_t i : {0, 5}) matches[i] = kIgnored;
  const auto sample = [&](const SampleSize& size, uint64_t step) {
    Random random(1, Purpose::test, step);
    return balanced_sample(matches, size, random);
  };
  std::map<int64_t, int> times;
  for (uint64_t step = 0; step < 1000; ++step) {
    const BalancedSample drawn = sample({.count = 5, .positive_fraction = 0.5}, step);
    CHECK(drawn.positives.size() == 2);  // half of 5, rounded down
    CHECK(drawn.negatives.size() == 3);
    CHECK(std::is_sorted(drawn.negatives.begin(), drawn.negatives.end()));
    for (const int64_t i : drawn.positives) {
      CHECK(matches[static_cast<size_t>(i)] == 1);
      ++times[i];
    }
    for (const int64_t i : drawn.negatives) {
      CHECK(matches[static_cast<size_t>(i)] == kBackground);
      ++times[i];
    }
  }
  CHECK(times.size() == 18);
  for (const auto& [i, n] : times) {
    CAPTURE(i);
    const double expected = matches[static_cast<size_t>(i)] == 1 ? 500 : 3000. / 14;
    CHECK(std::abs(n - expected) < 80);  // five times the deviation of the first
  }
  CHECK(sample({.count = 5}, 7).negatives == sample({.count = 5}, 7).negatives);
  CHECK(sample({.count = 5}, 7).negatives != sample({.count = 5}, 8).negatives);
  const BalancedSample few = sample({.count = 100, .positive_fraction = 0.25}, 0);
  CHECK(few.positives == std::vector<int64_t>{3, 4, 8, 12});
  CHECK(few.negatives.size() == 14);
  CHECK_THAT(error_text<Error>([&] { sample({.count = 4, .positive_fraction = 1.5}, 0); }),
             contains("balanced sample: 4 candidates, a share of 1.500000 with an object, expected"));
}
