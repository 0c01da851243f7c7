#include "core/optim/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

namespace {

Schedule schedule_of(const std::string& text, double peak, int64_t total_steps) {
  Schedule schedule = parse_schedule(text);
  schedule.peak = peak;
  schedule.total_steps = total_steps;
  return schedule;
}

std::vector<double> all_rates(const Schedule& schedule) {
  std::vector<double> rates;
  for (int64_t step = 0; step < schedule.total_steps; ++step) rates.push_back(schedule.lr(step));
  return rates;
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

}  // namespace

TEST_CASE("schedule: triangular rises to the peak over warmup and falls to 0", "[core][schedule]") {
  const Schedule schedule = schedule_of("triangular", 0.4, 100);  // peak at s = 20
  CHECK(schedule.lr(0) == Approx(0.4 * 0.5 / 20));
  CHECK(schedule.lr(19) == Approx(0.4 * 19.5 / 20));
  CHECK(schedule.lr(20) == Approx(0.4 * 79.5 / 80));
  CHECK(schedule.lr(99) == Approx(0.4 * 0.5 / 80));
  const std::vector<double> rates = all_rates(schedule);
  CHECK(std::is_sorted(rates.begin(), rates.begin() + 20));
  CHECK(std::is_sorted(rates.rbegin(), rates.rend() - 20));
  CHECK(sum(rates) == Approx(0.4 * 100 / 2));
}

TEST_CASE("schedule: the peak of a triangle lies where warmup says", "[core][schedule]") {
  for (const auto& [text, highest] :
       {std::pair("triangular:warmup=0.3", 30), std::pair("triangular:warmup=0.755", 75),
        std::pair("triangular:warmup=0", 0)}) {
    CAPTURE(text);
    const std::vector<double> rates = all_rates(schedule_of(text, 1, 100));
    const auto position = std::max_element(rates.begin(), rates.end()) - rates.begin();
    CHECK((position == highest ||
           rates[static_cast<size_t>(highest)] == Approx(rates[static_cast<size_t>(position)])));
    CHECK(sum(rates) == Approx(50).epsilon(1e-3));
  }
}

TEST_CASE("schedule: cosine falls from the peak to 0, half-way at half of it", "[core][schedule]") {
  const Schedule schedule = schedule_of("cosine", 0.4, 101);
  CHECK(schedule.lr(0) == Approx(0.2 * (1 + std::cos(std::numbers::pi * 0.5 / 101))));
  CHECK(schedule.lr(50) == Approx(0.2));
  CHECK(schedule.lr(25) == Approx(0.2 * (1 + std::cos(std::numbers::pi * 25.5 / 101))));
  CHECK(schedule.lr(100) == Approx(0.2 * (1 + std::cos(std::numbers::pi * 100.5 / 101))));
  CHECK(schedule.lr(100) > 0);
  const std::vector<double> rates = all_rates(schedule);
  CHECK(std::is_sorted(rates.rbegin(), rates.rend()));
  CHECK(sum(rates) == Approx(0.4 * 101 / 2));
}

TEST_CASE("schedule: exponential multiplies by factor after each epoch", "[core][schedule]") {
  Schedule schedule = schedule_of("exponential:factor=0.5", 0.4, 100);
  CHECK_THAT(error_text<Error>([&] { schedule.lr(3); }), contains("no number of steps in an epoch"));
  schedule.epoch_steps = 10;
  CHECK(schedule.lr(0) == Approx(0.4));
  CHECK(schedule.lr(9) == Approx(0.4));
  CHECK(schedule.lr(10) == Approx(0.2));
  CHECK(schedule.lr(39) == Approx(0.05));
  CHECK(to_string(schedule) == "exponential:factor=0.5");
  CHECK(parse_schedule("exponential").factor == 0.98);
  CHECK_THAT(error_text<Error>([] { parse_schedule("exponential:factor=0"); }), contains("factor: expected"));
}

TEST_CASE("schedule: step multiplies by factor at each milestone", "[core][schedule]") {
  const Schedule schedule = schedule_of("step:at=0.3/0.6/0.9,factor=0.1", 0.1, 100);
  CHECK(schedule.lr(0) == Approx(0.1));
  CHECK(schedule.lr(29) == Approx(0.1));
  CHECK(schedule.lr(30) == Approx(0.01));
  CHECK(schedule.lr(59) == Approx(0.01));
  CHECK(schedule.lr(60) == Approx(0.001));
  CHECK(schedule.lr(89) == Approx(0.001));
  CHECK(schedule.lr(90) == Approx(0.0001));
  CHECK(schedule.lr(99) == Approx(0.0001));
}

TEST_CASE("schedule: milestones from 1 are epochs, wherever the run ends", "[core][schedule]") {
  Schedule schedule = schedule_of("step:at=3/6,gamma=0.5", 0.1, 100);
  CHECK_THROWS_WITH(schedule.lr(0), contains("milestones in epochs, but no number of steps in an epoch"));
  schedule.epoch_steps = 10;
  CHECK(schedule.lr(29) == 0.1);
  CHECK(schedule.lr(30) == Approx(0.05));
  CHECK(schedule.lr(59) == Approx(0.05));
  CHECK(schedule.lr(60) == Approx(0.025));
  CHECK(schedule.lr(99) == Approx(0.025));
  const std::vector<double> shorter = all_rates(schedule);
  schedule.total_steps = 150;
  const std::vector<double> longer = all_rates(schedule);
  CHECK(std::equal(shorter.begin(), shorter.end(), longer.begin()));
  CHECK(to_string(schedule) == "step:at=3/6,factor=0.5");
}

TEST_CASE("schedule: milestones beyond the end are those that no step reaches", "[core][schedule]") {
  Schedule schedule = schedule_of("step:at=3/6/9", 0.1, 60);  // the sixth epoch is the last
  schedule.epoch_steps = 10;
  CHECK(schedule.milestones_beyond_end() == std::vector<double>{6, 9});
  CHECK(schedule.lr(59) == Approx(0.01));
  schedule.total_steps = 61;
  CHECK(schedule.milestones_beyond_end() == std::vector<double>{9});
  CHECK(schedule.lr(60) == Approx(0.001));
  CHECK(schedule_of("step:at=0.5/0.75", 0.1, 1).milestones_beyond_end().empty());
  CHECK(schedule_of("cosine", 0.1, 1).milestones_beyond_end().empty());
}

TEST_CASE("schedule: constant is the peak", "[core][schedule]") {
  CHECK(all_rates(schedule_of("constant", 0.3, 7)) == std::vector<double>(7, 0.3));
}

TEST_CASE("schedule: warm-up rises in front of the other kinds, which then start from the peak",
          "[core][schedule]") {
  for (const char* kind : {"constant:", "cosine:", "step:at=0.5/0.75,"}) {
    CAPTURE(kind);
    const Schedule schedule = schedule_of(std::string(kind) + "warmup=0.1", 0.4, 1000);
    CHECK(schedule.lr(0) == Approx(0.4 * 0.5 / 100));
    CHECK(schedule.lr(49) == Approx(0.4 * 49.5 / 100));
    CHECK(schedule.lr(99) == Approx(0.4 * 99.5 / 100));
    CHECK(schedule.lr(100) == Approx(0.4).epsilon(1e-5));
  }
  const Schedule cosine = schedule_of("cosine:warmup=0.1", 0.4, 1000);
  CHECK(cosine.lr(550) == Approx(0.2).epsilon(1e-2));  // the middle of what the warm-up leaves
  CHECK(cosine.lr(999) < 1e-6);
  CHECK(sum(all_rates(cosine)) == Approx(0.4 * 1000 / 2));
}

TEST_CASE("schedule: a run of one step has a rate above 0", "[core][schedule]") {
  for (const char* text : {"constant", "step", "cosine", "triangular"}) {
    CAPTURE(text);
    const double rate = schedule_of(text, 0.4, 1).lr(0);
    CHECK(rate > 0);
    CHECK(rate <= 0.4);
  }
}

TEST_CASE("schedule: steps outside the run are refused", "[core][schedule]") {
  const Schedule schedule = schedule_of("cosine", 0.4, 10);
  CHECK_THROWS_WITH(schedule.lr(10), contains("step 10 of a run of 10 steps"));
  CHECK_THROWS_WITH(schedule.lr(-1), contains("step -1"));
  CHECK_THROWS_WITH(parse_schedule("cosine").lr(0), contains("step 0 of a run of 0 steps"));
}

TEST_CASE("schedule: text and back", "[core][schedule]") {
  for (const char* text : {"constant", "constant:warmup=0.05", "step:at=0.3/0.6/0.9,factor=0.2",
                           "step:at=0.5,factor=0.1,warmup=0.01", "cosine", "cosine:warmup=0.05",
                           "triangular:warmup=0.3", "triangular:warmup=0"}) {
    CAPTURE(text);
    CHECK(to_string(parse_schedule(text)) == text);
    CHECK(parse_schedule(to_string(parse_schedule(text))) == parse_schedule(text));
  }
}

TEST_CASE("schedule: the text of a resolved schedule names what was left out", "[core][schedule]") {
  CHECK(to_string(parse_schedule("triangular")) == "triangular:warmup=0.2");
  CHECK(to_string(parse_schedule("step")) == "step:at=0.5/0.75,factor=0.1");
  CHECK(to_string(parse_schedule("step:factor=0.5")) == "step:at=0.5/0.75,factor=0.5");
  CHECK(to_string(parse_schedule("cosine:warmup=0")) == "cosine");
}

TEST_CASE("schedule: errors say what is wrong and what is possible", "[core][schedule]") {
  const std::pair<const char*, const char*> cases[] = {
      {"", "no schedule is named \"\""},
      {"cosin", "schedule \"cosin\": no schedule is named \"cosin\" (did you mean \"cosine\"?)"},
      {"cosine:warmup=1", "0 <= warmup < 1"},
      {"cosine:warmup=-0.1", "0 <= warmup < 1"},
      {"step:factor=0", "factor: expected a number above 0"},
      {"step:at=", "at: expected a number, found \"\""},
      {"step:at=0.5/", "at: expected a number, found \"\""},
      {"step:at=0.5/0.7x", "at: expected a number, found \"0.7x\""},
      {"step:at=0.75/0.5", "at: expected ascending fractions"},
      {"step:at=0.5/0.5", "at: expected ascending fractions"},
      {"step:at=0.5/60", "at: expected ascending fractions"},
      {"step:at=60/30", "or ascending numbers of epochs from 1"},
      {"step:at=30/0.5", "or ascending numbers of epochs from 1"},
      {"step:at=30,gamma=0.1,factor=0.1", "factor and gamma are one and the same"},
      {"step:at=0", "at: expected ascending fractions"},
      {"step:at=nan", "at: expected a number, found \"nan\""},
      {"step:warmup=0.6", "above warmup and below 1"},
  };
  for (const auto& [text, problem] : cases) {
    CAPTURE(text);
    const std::string message = error_text<Error>([text = text] { parse_schedule(text); });
    CHECK_THAT(message, contains(problem));
    CHECK_THAT(message, contains("possible: constant, step:at=0.5/0.75,factor=0.1, step:at=30/60 (epochs), "
                                 "exponential:factor=0.98"));
  }
}

TEST_CASE("schedule: options that do not exist, are given twice or are no numbers", "[core][schedule]") {
  for (const char* text : {"cosine:", "cosine:warmup", "cosine:warmup=0.1,", "cosine:warm=0.1",
                           "cosine:factor=0.1", "triangular:at=0.1", "cosine:warmup=0.1,warmup=0.1",
                           "cosine:warmup=", "cosine:warmup=0.1x", "cosine:warmup=nan", "step:factor=inf"}) {
    CAPTURE(text);
    CHECK_THAT(error_text<Error>([text] { parse_schedule(text); }),
               contains("\"" + std::string(text) + "\": "));
  }
  CHECK_THROWS_WITH(parse_schedule("cosine:warm=0.1"), contains("unknown option \"warm\""));
}
