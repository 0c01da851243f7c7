#include <cmath>

#include "experiments/explain/arms/arm_report.hpp"
#include "experiments/explain/arms/arm_statistics.hpp"
#include "experiments/explain/arms/map_agreement.hpp"
#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

namespace {

constexpr size_t kAccuracy = 0, kBetween = 8;

RunNumbers run_of(const std::string& arm, int64_t seed, double accuracy,
                  std::optional<double> between = std::nullopt) {
  RunNumbers run = {.arm = arm, .seed = seed};
  run.values.resize(measure_names().size());
  run.values[kAccuracy] = accuracy;
  run.values[kBetween] = between;
  return run;
}

// Plain, SE, ECA; ECA has one seed less; only the last two have gates.
std::vector<RunNumbers> some_runs() {
  return {run_of("none", 1, 80),     run_of("none", 2, 82),       run_of("none", 3, 81),
          run_of("se", 1, 81, 0.02), run_of("se", 2, 83.1, 0.03), run_of("se", 3, 81.9, 0.04),
          run_of("eca", 1, 80, 0.3), run_of("eca", 3, 80.5, 0.32)};
}

const std::vector<std::string> kArms = {"none", "se", "eca"};

AveragedMap map_of(int64_t predicted, const std::vector<double>& values) {
  return {predicted, {1, static_cast<int64_t>(values.size()), values}};
}

}  // namespace

TEST_CASE("Arms over seeds: means, paired differences, and p-values of hand-made runs", "[explain]") {
  const std::vector<MeasureOfArms> measures = compare_arms(kArms, some_runs());
  REQUIRE(measures.size() == 2);
  const MeasureOfArms& accuracy = measures[0];
  CHECK(accuracy.name == "accuracy");
  REQUIRE(accuracy.arms.size() == 3);
  CHECK(*accuracy.arms[0].mean == Approx(81));
  CHECK(accuracy.arms[0].interval->half_width == Approx(4.303 * 1 / std::sqrt(3.0)).epsilon(1e-3));
  REQUIRE(accuracy.differences.size() == 3);
  // 1, 1.1, 0.9: sd 0.1, t = 1 / (0.1 / sqrt 3) = 17.32 at 2 degrees of freedom
  const ArmDifference& se = accuracy.differences[0];
  CHECK(se.one == "se");
  CHECK(se.other == "none");
  CHECK(se.pairs == 3);
  CHECK(se.mean == Approx(1));
  CHECK(se.interval->half_width == Approx(4.303 * 0.1 / std::sqrt(3.0)).epsilon(1e-3));
  CHECK(*se.p == Approx(0.003317).epsilon(1e-3));
  CHECK(*se.p_holm == Approx(3 * 0.003317).epsilon(1e-3));
  CHECK(se.told_apart());
  CHECK(*se.smallest == Approx(3.26 * 0.1).epsilon(0.01));
  const ArmDifference& eca = accuracy.differences[1];
  CHECK(eca.one == "eca");
  CHECK(eca.other == "none");
  CHECK(eca.pairs == 2);  // seeds 1 and 3: 0 and -0.5
  CHECK(eca.mean == Approx(-0.25));
  CHECK_FALSE(eca.told_apart());
  CHECK(accuracy.differences[2].other == "se");
  // only where there are gates
  CHECK(measures[1].name == "gate, between classes");
  CHECK_FALSE(measures[1].arms[0].mean.has_value());
  REQUIRE(measures[1].differences.size() == 1);
  CHECK(measures[1].differences[0].mean == Approx(0.28));
}

TEST_CASE("One seed has a mean and nothing else", "[explain]") {
  const auto measures = compare_arms({"a", "b"}, {run_of("a", 1, 50), run_of("b", 1, 60)});
  REQUIRE(measures.size() == 1);
  CHECK_FALSE(measures[0].arms[0].interval.has_value());
  REQUIRE(measures[0].differences.size() == 1);
  CHECK(measures[0].differences[0].mean == Approx(10));
  CHECK_FALSE(measures[0].differences[0].p.has_value());
  CHECK_FALSE(measures[0].differences[0].told_apart());
}

TEST_CASE("Maps agree by their correlation, over images with one answer", "[explain]") {
  CHECK(*correlation({1, 3, {0, 1, 2}}, {1, 3, {5, 7, 9}}) == Approx(1));
  CHECK(*correlation({1, 3, {0, 1, 2}}, {1, 3, {2, 1, 0}}) == Approx(-1));
  CHECK(*correlation({1, 4, {0, 0, 1, 1}}, {1, 4, {0, 1, 0, 1}}) == Approx(0).margin(1e-12));
  CHECK_FALSE(correlation({1, 2, {1, 1}}, {1, 2, {0, 1}}).has_value());
  CHECK_FALSE(correlation({1, 2, {0, 1}}, {2, 1, {0, 1}}).has_value());
  RunNumbers a = run_of("a", 1, 0), a2 = run_of("a", 2, 0), b = run_of("b", 1, 0);
  a.maps = {map_of(0, {0, 1, 2}), map_of(1, {0, 1, 2})};
  a2.maps = {map_of(0, {0, 1, 2}), map_of(2, {0, 1, 2})};  // another answer to the second image
  b.maps = {map_of(0, {2, 1, 0}), map_of(1, {0, 1, 2})};
  CHECK(*agreement(a, a2) == Approx(1));
  CHECK(*agreement(a, b) == Approx(0).margin(1e-12));
  CHECK(*agreement(a2, b) == Approx(-1));
  const std::vector<ArmAgreement> all = agreements({"a", "b"}, {a, a2, b});
  REQUIRE(all.size() == 3);
  CHECK(*all[0].other_seed == Approx(1));
  CHECK_FALSE(all[0].same_seed.has_value());
  CHECK(all[1].other == "b");
  CHECK(*all[1].same_seed == Approx(0).margin(1e-12));
  CHECK(*all[1].other_seed == Approx(-1));
  CHECK(*all[1].lowest == Approx(-1));
  CHECK_FALSE(all[2].highest.has_value());  // one run has no pair
}

TEST_CASE("The numbers of a run: means over images and blocks, nothing where there is nothing", "[explain]") {
  ModelReport report;
  report.averages.emplace();
  report.averages->deletion = {{0.2, 0.4}, {0.5, 0.5}};
  report.averages->insertion = {{0.6, 0.8}, {0.5, 0.5}};
  BlockGates one, other;
  one.table.module = "layer1.0.eca";
  one.numbers = {.mean = 0.4, .between = 0.1, .within = 0.05, .neighbours = 0.5, .any_two = 0.25};
  other.numbers = {
      .mean = 0.6, .between = 0.2, .within = 0.05, .neighbours = std::nan(""), .any_two = std::nan("")};
  report.gates = {one, other};
  const RunNumbers run = run_numbers("eca", 4, 85.5, report);
  const std::vector<std::optional<double>> expected = {85.5, 0.3,  -0.2, 0.7, 0.2, {},   {},
                                                       0.5,  0.15, 0.05, 3.0, 0.5, 0.25, 0.25};
  REQUIRE(run.values.size() == measure_names().size());
  REQUIRE(run.values.size() == expected.size());
  for (size_t m = 0; m < expected.size(); ++m) {
    CAPTURE(measure_names()[m]);
    REQUIRE(run.values[m].has_value() == expected[m].has_value());
    if (expected[m]) CHECK(*run.values[m] == Approx(*expected[m]));
  }
}

TEST_CASE("The report of arms as a page, a table and a picture", "[explain]") {
  ArmsReport report = {.folder = "runs/x", .data = "set test", .layer = "layer3.2", .method = "Grad-CAM"};
  report.arms = kArms;
  report.runs = some_runs();
  report.left_out = {"eca seed 2"};
  const std::string page = arms_markdown(report);
  CHECK_THAT(page, contains("| accuracy | 81.00 ± 2.48 | 82.00 ± 2.62 | 80.25 ± 3.18 |"));
  CHECK_THAT(
      page, contains("| accuracy | se - none | 3 | +1.00 | +0.75 to +1.25 | 0.0033 | 0.0100 | 0.33 | yes |"));
  CHECK_THAT(page, contains("eca seed 2 is not finished and left out."));
  CHECK_THAT(page, contains("- accuracy: eca - none; eca - se"));
  CHECK_THAT(page, contains("| eca, 3 | 80.50 | 0.3200 |"));
  CHECK_THAT(arms_csv(report), contains("se,2,,\"accuracy\",83.099999999999994\n"));
  CHECK_FALSE(has_gates(report));
  report.runs[3].blocks = {{"layer1.0.se", {.mean = 0.5, .between = 0.1, .within = 0.1}},
                           {"layer1.1.se", {.mean = 0.5, .between = 0.2, .within = 0.1}}};
  REQUIRE(has_gates(report));
  CHECK_THAT(arms_csv(report), contains("se,1,layer1.1.se,\"gate, between classes\",0.2"));
  CHECK(arms_picture(report).width() > 1000);
}
