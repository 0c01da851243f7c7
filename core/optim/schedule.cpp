#include "core/optim/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <numbers>
#include <optional>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

// Its lr after the warm-up, as a fraction of the peak; s, W and T as in the header.
static double decayed(const Schedule& schedule, double s, double W, double T) {
  switch (schedule.kind) {
    case Schedule::Kind::constant:
      return 1;
    case Schedule::Kind::step: {
      const auto E = static_cast<double>(schedule.epoch_steps);
      const auto passed = std::count_if(schedule.milestones.begin(), schedule.milestones.end(),
                                        [s, T, E](double m) { return s >= (m < 1 ? m * T : m * E); });
      return std::pow(schedule.factor, passed);
    }
    case Schedule::Kind::exponential:
      return std::pow(schedule.factor, std::floor(s / static_cast<double>(schedule.epoch_steps)));
    case Schedule::Kind::cosine:
      return 0.5 * (1 + std::cos(std::numbers::pi * (s - W) / (T - W)));
    case Schedule::Kind::triangular:
      return (T - s) / (T - W);
  }
  throw Error("schedule: no such kind");
}

double Schedule::lr(int64_t step) const {
  if (step < 0 || step >= total_steps) {
    throw Error("schedule: step " + std::to_string(step) + " of a run of " + std::to_string(total_steps) +
                " steps");
  }
  if (!milestones.empty() && milestones.back() >= 1 && epoch_steps < 1) {
    throw Error("schedule: milestones in epochs, but no number of steps in an epoch");
  }
  if (kind == Kind::exponential && epoch_steps < 1)
    throw Error("schedule: exponential in epochs, but no number of steps in an epoch");
  const double s = static_cast<double>(step) + 0.5, T = static_cast<double>(total_steps), W = warmup * T;
  return s < W ? peak * s / W : peak * decayed(*this, s, W, T);
}

std::vector<double> Schedule::milestones_beyond_end() const {
  const double last = static_cast<double>(total_steps) - 0.5, E = static_cast<double>(epoch_steps);
  std::vector<double> beyond;
  std::copy_if(milestones.begin(), milestones.end(), std::back_inserter(beyond),
               [last, E](double m) { return m >= 1 && m * E > last; });
  return beyond;
}

namespace {

struct NamedKind {
  const char* name;
  Schedule::Kind kind;
};
constexpr NamedKind kKinds[] = {{"constant", Schedule::Kind::constant},
                                {"step", Schedule::Kind::step},
                                {"exponential", Schedule::Kind::exponential},
                                {"cosine", Schedule::Kind::cosine},
                                {"triangular", Schedule::Kind::triangular}};

}  // namespace

[[noreturn]] static void refuse(const std::string& text, const std::string& problem) {
  throw Error("schedule \"" + text + "\": " + problem +
              "\n  possible: constant, step:at=0.5/0.75,factor=0.1, step:at=30/60 (epochs), "
              "exponential:factor=0.98 (each epoch), cosine, triangular:warmup=0.2; all take warmup");
}

static Schedule::Kind parse_kind(const std::string& text, const std::string& name) {
  std::vector<std::string> names;
  for (const NamedKind& named : kKinds) {
    if (name == named.name) return named.kind;
    names.emplace_back(named.name);
  }
  refuse(text, "no schedule is named \"" + name + "\"" + did_you_mean(name, names));
}

// "0.5/0.75"
static std::vector<double> parse_milestones(const std::string& text, const std::string& list) {
  std::vector<double> milestones;
  for (const std::string& word : split(list, '/')) {
    const std::optional<double> milestone = finite_number(word);
    if (!milestone) refuse(text, "at: expected a number, found \"" + word + "\"");
    milestones.push_back(*milestone);
  }
  return milestones;
}

static void check_ranges(const Schedule& schedule, const std::string& text) {
  if (!(schedule.warmup >= 0 && schedule.warmup < 1)) {
    refuse(text, "warmup: expected a fraction of the run, 0 <= warmup < 1");
  }
  if (schedule.factor <= 0) refuse(text, "factor: expected a number above 0");
  const bool epochs = !schedule.milestones.empty() && schedule.milestones.front() >= 1;
  double before = epochs ? 0 : schedule.warmup;
  for (const double milestone : schedule.milestones) {
    if (!(milestone > before && (epochs || milestone < 1))) {
      refuse(text,
             "at: expected ascending fractions of the run, above warmup and below 1, or ascending numbers of "
             "epochs from 1");
    }
    before = milestone;
  }
}

Schedule parse_schedule(const std::string& text) {
  OptionText options(text);
  Schedule schedule;
  schedule.kind = parse_kind(text, options.name());
  schedule.warmup = options.number("warmup", schedule.kind == Schedule::Kind::triangular ? 0.2 : 0);
  if (schedule.kind == Schedule::Kind::step) {
    schedule.milestones = parse_milestones(text, options.word("at", "0.5/0.75"));
  }
  const bool exponential = schedule.kind == Schedule::Kind::exponential;
  if (exponential || schedule.kind == Schedule::Kind::step) {
    if (options.has("gamma") && options.has("factor")) refuse(text, "factor and gamma are one and the same");
    schedule.factor = options.number(options.has("gamma") ? "gamma" : "factor", exponential ? 0.98 : 0.1);
  }
  options.finish();
  check_ranges(schedule, text);
  return schedule;
}

// The shortest text that reads back as the same number.
static std::string shortest(double value) {
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, value);
  return {text, result.ptr};
}

std::string to_string(const Schedule& schedule) {
  std::vector<std::string> options;
  if (schedule.kind == Schedule::Kind::step) {
    std::string at;
    for (const double milestone : schedule.milestones) at += (at.empty() ? "at=" : "/") + shortest(milestone);
    options = {at, "factor=" + shortest(schedule.factor)};
  }
  if (schedule.kind == Schedule::Kind::exponential) options = {"factor=" + shortest(schedule.factor)};
  if (schedule.kind == Schedule::Kind::triangular || schedule.warmup > 0) {
    options.push_back("warmup=" + shortest(schedule.warmup));
  }
  std::string text;
  for (const NamedKind& named : kKinds) {
    if (named.kind == schedule.kind) text = named.name;
  }
  return options.empty() ? text : text + ":" + join(options, ",");
}

}  // namespace eca
