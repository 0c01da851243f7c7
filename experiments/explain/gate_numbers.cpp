#include "experiments/explain/gate_numbers.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"

namespace eca {

namespace {

double mean_of(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

// Population standard deviation.
double spread_of(const std::vector<double>& values) {
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size()));
}

double between_classes(const std::vector<std::vector<double>>& means, int64_t channels) {
  double sum = 0;
  for (int64_t c = 0; c < channels; ++c) {
    std::vector<double> of_channel;
    for (const std::vector<double>& of_class : means) {
      if (!of_class.empty()) of_channel.push_back(of_class[static_cast<size_t>(c)]);
    }
    sum += spread_of(of_channel);
  }
  return sum / static_cast<double>(channels);
}

double within_classes(const GateTable& table, const std::vector<int32_t>& labels,
                      const std::vector<std::vector<double>>& means) {
  double sum = 0;
  for (int64_t c = 0; c < table.channels; ++c) {
    std::vector<double> squares(means.size()), counts(means.size());
    for (int64_t n = 0; n < table.images(); ++n) {
      const auto k = static_cast<size_t>(labels[static_cast<size_t>(n)]);
      squares[k] += std::pow(table.at(n, c) - means[k][static_cast<size_t>(c)], 2);
      ++counts[k];
    }
    std::vector<double> variances;
    for (size_t k = 0; k < means.size(); ++k) {
      if (counts[k] > 0) variances.push_back(squares[k] / counts[k]);
    }
    sum += std::sqrt(mean_of(variances));
  }
  return sum / static_cast<double>(table.channels);
}

// The gates of channel c over the images, as a vector of mean 0 and length 1; empty if the gate does not vary. The product of
// two of them is their correlation.
std::vector<double> standardised(const GateTable& table, int64_t c) {
  std::vector<double> z;
  for (int64_t n = 0; n < table.images(); ++n) z.push_back(table.at(n, c));
  const double mean = mean_of(z), length = spread_of(z) * std::sqrt(static_cast<double>(z.size()));
  if (length < 1e-6) return {};  // float's rounding
  for (double& value : z) value = (value - mean) / length;
  return z;
}

// Of any two of C vectors of length 1:     mean_{c<d} z_c z_d = (|sum_c z_c|^2 - C) / (C (C-1))
void add_correlations(GateNumbers& numbers, const GateTable& table) {
  double beside = 0, pairs = 0, varying = 0;
  std::vector<double> sum(static_cast<size_t>(table.images())), last;
  for (int64_t c = 0; c < table.channels; ++c) {
    const std::vector<double> z = standardised(table, c);
    for (size_t n = 0; n < z.size(); ++n) sum[n] += z[n];
    for (size_t n = 0; n < z.size() && !last.empty(); ++n) beside += z[n] * last[n];
    if (!z.empty() && !last.empty()) ++pairs;
    if (!z.empty()) ++varying;
    last = z;
  }
  double length = 0;
  for (const double value : sum) length += value * value;
  const double nan = std::numeric_limits<double>::quiet_NaN();
  numbers.neighbours = pairs > 0 ? beside / pairs : nan;
  numbers.any_two = varying > 1 ? (length - varying) / (varying * (varying - 1)) : nan;
}

}  // namespace

std::vector<std::vector<double>> class_means(const GateTable& table, const std::vector<int32_t>& labels,
                                             size_t classes) {
  std::vector<std::vector<double>> means(classes);
  std::vector<double> counts(classes);
  for (int64_t n = 0; n < table.images(); ++n) {
    const auto k = static_cast<size_t>(labels[static_cast<size_t>(n)]);
    means[k].resize(static_cast<size_t>(table.channels));
    ++counts[k];
    for (int64_t c = 0; c < table.channels; ++c) means[k][static_cast<size_t>(c)] += table.at(n, c);
  }
  for (size_t k = 0; k < classes; ++k) {
    for (double& sum : means[k]) sum /= counts[k];
  }
  return means;
}

std::vector<double> overall_means(const GateTable& table) {
  return class_means(table, std::vector<int32_t>(static_cast<size_t>(table.images()), 0), 1)[0];
}

GateNumbers gate_numbers(const GateTable& table, const std::vector<int32_t>& labels, size_t classes) {
  if (static_cast<int64_t>(labels.size()) != table.images()) {
    throw Error("gates of " + table.module + ": " + std::to_string(labels.size()) + " labels for " +
                std::to_string(table.images()) + " images");
  }
  const std::vector<std::vector<double>> means = class_means(table, labels, classes);
  GateNumbers numbers = {.mean = mean_of(table.values),
                         .between = between_classes(means, table.channels),
                         .within = within_classes(table, labels, means)};
  add_correlations(numbers, table);
  return numbers;
}

}  // namespace eca
