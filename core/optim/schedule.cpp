#include "core/optim/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>
#include <set>

#include "core/error.hpp"

namespace eca {

// Its lr after the warm-up, as a fraction of the peak; s, W and T as in the header.
static double decayed(const Schedule& schedule, double s, double W, double T) {
  switch (schedule.kind) {
    case Schedule::Kind::constant:
      return 1;
    case Schedule::Kind::step: {
      const auto passed = std::count_if(schedule.milestones.begin(), schedule.milestones.end(),
                                        [s, T](double m) { return s >= m * T; });
      return std::pow(schedule.factor, passed);
    }
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
  const double s = static_cast<double>(step) + 0.5, T = static_cast<double>(total_steps), W = warmup * T;
  return s < W ? peak * s / W : peak * decayed(*this, s, W, T);
}

namespace {

struct NamedKind {
  const char* name;
  Schedule::Kind kind;
};
constexpr NamedKind kKinds[] = {{"constant", Schedule::Kind::constant},
                                {"step", Schedule::Kind::step},
                                {"cosine", Schedule::Kind::cosine},
                                {"triangular", Schedule::Kind::triangular}};

}  // namespace

[[noreturn]] static void refuse(const std::string& text, const std::string& problem) {
  throw Error(
      "schedule \"" + text + "\": " + problem +
      "\n  possible: constant, step:at=0.5/0.75,factor=0.1, cosine, triangular:warmup=0.2; all take warmup");
}

static std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> pieces;
  size_t begin = 0;
  for (size_t end; (end = text.find(separator, begin)) != std::string::npos; begin = end + 1) {
    pieces.push_back(text.substr(begin, end - begin));
  }
  pieces.push_back(text.substr(begin));
  return pieces;
}

static double parse_number(const std::string& text, const std::string& option, const std::string& number) {
  double value = 0;
  const char* end = number.data() + number.size();
  const auto result = std::from_chars(number.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end || !std::isfinite(value)) {
    refuse(text, option + ": expected a number, found \"" + number + "\"");
  }
  return value;
}

static Schedule defaults_of(const std::string& text, const std::string& kind) {
  for (const NamedKind& named : kKinds) {
    if (kind != named.name) continue;
    Schedule schedule{.kind = named.kind};
    if (named.kind == Schedule::Kind::triangular) schedule.warmup = 0.2;
    if (named.kind == Schedule::Kind::step) {
      schedule.milestones = {0.5, 0.75};
      schedule.factor = 0.1;
    }
    return schedule;
  }
  refuse(text, "no schedule is named \"" + kind + "\"");
}

// "warmup=0.05"
static void apply_option(Schedule& schedule, const std::string& text, const std::string& name,
                         const std::string& value) {
  const bool is_step = schedule.kind == Schedule::Kind::step;
  if (name == "warmup") {
    schedule.warmup = parse_number(text, name, value);
  } else if (name == "factor" && is_step) {
    schedule.factor = parse_number(text, name, value);
  } else if (name == "at" && is_step) {
    schedule.milestones.clear();
    for (const std::string& number : split(value, '/')) {
      schedule.milestones.push_back(parse_number(text, name, number));
    }
  } else {
    refuse(text, "no option is named \"" + name + "\" here");
  }
}

static void check_ranges(const Schedule& schedule, const std::string& text) {
  if (schedule.warmup < 0 || schedule.warmup >= 1)
    refuse(text, "warmup: expected a fraction of the run, 0 <= warmup < 1");
  if (schedule.factor <= 0) refuse(text, "factor: expected a number above 0");
  double before = schedule.warmup;
  for (const double milestone : schedule.milestones) {
    if (milestone <= before || milestone >= 1) {
      refuse(text, "at: expected ascending fractions of the run, above warmup and below 1");
    }
    before = milestone;
  }
}

Schedule parse_schedule(const std::string& text) {
  const size_t colon = text.find(':');
  Schedule schedule = defaults_of(text, text.substr(0, colon));
  if (colon != std::string::npos) {
    std::set<std::string> seen;
    for (const std::string& option : split(text.substr(colon + 1), ',')) {
      const size_t equals = option.find('=');
      if (equals == std::string::npos) refuse(text, "expected option=value, found \"" + option + "\"");
      const std::string name = option.substr(0, equals);
      if (!seen.insert(name).second) refuse(text, name + " is given twice");
      apply_option(schedule, text, name, option.substr(equals + 1));
    }
  }
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
  if (schedule.kind == Schedule::Kind::triangular || schedule.warmup > 0) {
    options.push_back("warmup=" + shortest(schedule.warmup));
  }
  std::string text;
  for (const NamedKind& named : kKinds) {
    if (named.kind == schedule.kind) text = named.name;
  }
  for (size_t i = 0; i < options.size(); ++i) text += (i == 0 ? ":" : ",") + options[i];
  return text;
}

}  // namespace eca
