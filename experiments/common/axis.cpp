#include "experiments/common/axis.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.hpp"
#include "experiments/common/format.hpp"

namespace eca {

double Axis::place(double value) const {
  if (!logarithmic) return (value - low) / (high - low);
  if (value <= 0) return zero;
  const double first = with_zero ? start : 0;
  return first + (1 - first) * std::log(value / low) / std::log(high / low);
}

std::string short_number(double value) {
  const double size = std::abs(value);
  if (size >= 1e9) return format("%.4gG", value / 1e9);
  if (size >= 1e6) return format("%.4gM", value / 1e6);
  if (size >= 1e3) return format("%.4gk", value / 1e3);
  return format("%.4g", value);
}

static void check_values(const std::vector<double>& values) {
  if (values.empty()) throw Error("axis: no values");
  for (const double value : values) {
    if (!std::isfinite(value)) throw Error(format("axis: the value %g, expected finite ones", value));
  }
}

// The largest of 1, 2 and 5 times a power of ten that is not above `value`.
static double round_down(double value) {
  const double power = std::pow(10, std::floor(std::log10(value)));
  for (const double times : {5.0, 2.0}) {
    if (times * power <= value) return times * power;
  }
  return power;
}

Axis linear_axis(const std::vector<double>& values, double least, double most) {
  check_values(values);
  const auto [smallest, largest] = std::minmax_element(values.begin(), values.end());
  double span = *largest - *smallest;
  if (span == 0) span = *largest == 0 ? 1 : std::abs(*largest);
  Axis axis = {.low = std::max(*smallest - span / 20, least), .high = std::min(*largest + span / 20, most)};
  const double step = round_down((axis.high - axis.low) / 4);
  for (double i = std::ceil(axis.low / step); i * step <= axis.high; ++i) {
    const double value = i * step + 0.0;  // makes -0 a 0
    axis.ticks.push_back({axis.place(value), short_number(value)});
  }
  return axis;
}

// 1, 2 and 5 times powers of ten from `low` to `high`; powers of ten alone where those would be many.
static std::vector<double> logarithmic_ticks(double low, double high) {
  constexpr double kLittle = 1e-9;  // log10 rounds
  std::vector<double> all, powers;
  for (double e = std::floor(std::log10(low)); e <= std::log10(high) + kLittle; ++e) {
    for (const double times : {1.0, 2.0, 5.0}) {
      const double value = times * std::pow(10, e);
      if (value < low * (1 - kLittle) || value > high * (1 + kLittle)) continue;
      all.push_back(value);
      if (times == 1) powers.push_back(value);
    }
  }
  return all.size() > 10 ? powers : all;
}

Axis size_axis(const std::vector<double>& values) {
  constexpr double kWide = 20;
  check_values(values);
  std::vector<double> above;
  for (const double value : values) {
    if (value > 0) above.push_back(value);
  }
  if (above.empty()) return {.low = -0.05, .high = 1, .ticks = {{0.05 / 1.05, "0"}}};
  const auto [smallest, largest] = std::minmax_element(above.begin(), above.end());
  if (*largest <= kWide * *smallest) {
    Axis axis = linear_axis(values, -1e300, 1e300);
    std::erase_if(axis.ticks, [](const Tick& tick) { return tick.text.front() == '-'; });
    return axis;
  }
  const double low = std::min(round_down(*smallest), *smallest / 1.2);
  Axis axis = {.low = low, .high = *largest * 1.2, .logarithmic = true};
  axis.with_zero = above.size() < values.size();
  if (axis.with_zero) axis.ticks.push_back({axis.place(0), "0"});
  for (const double tick : logarithmic_ticks(axis.low, axis.high)) {
    axis.ticks.push_back({axis.place(tick), short_number(tick)});
  }
  return axis;
}

// Places i * gap apart from a common start: without the gaps what is asked for are places that do not fall,
// nearest to wanted[i] - i * gap. Groups that would fall share their mean (pool adjacent violators).
std::vector<double> spread_out(const std::vector<double>& wanted, double gap, double low, double high) {
  struct Group {
    double sum;
    size_t count;
    double mean() const { return sum / static_cast<double>(count); }
  };
  std::vector<size_t> order(wanted.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return wanted[a] < wanted[b]; });
  std::vector<Group> groups;
  for (size_t i = 0; i < order.size(); ++i) {
    groups.push_back({wanted[order[i]] - static_cast<double>(i) * gap, 1});
    while (groups.size() > 1 && groups[groups.size() - 2].mean() > groups.back().mean()) {
      const Group last = groups.back();
      groups.pop_back();
      groups.back().sum += last.sum;
      groups.back().count += last.count;
    }
  }
  const double last_start = std::max(low, high - gap * static_cast<double>(wanted.size() - 1));
  std::vector<double> places(wanted.size());
  size_t i = 0;
  for (const Group& group : groups) {
    const double start = std::clamp(group.mean(), low, last_start);
    for (size_t j = 0; j < group.count; ++j, ++i) places[order[i]] = start + static_cast<double>(i) * gap;
  }
  return places;
}

}  // namespace eca
