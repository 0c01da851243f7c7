#include "experiments/explain/arms/run_numbers.hpp"

#include <cmath>

namespace eca {

namespace {

std::optional<double> finite(double value) {
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<double> mean_of(const std::vector<double>& values) {
  return values.empty() ? std::nullopt : finite(mean(values));
}

// Over the blocks for which `number` is finite.
template <class Number>
std::optional<double> over_blocks(const std::vector<BlockRow>& blocks, const Number& number) {
  std::vector<double> values;
  for (const BlockRow& block : blocks) {
    if (const double value = number(block.numbers); std::isfinite(value)) values.push_back(value);
  }
  return mean_of(values);
}

}  // namespace

const std::vector<std::string>& measure_names() {
  static const std::vector<std::string> names = {"accuracy",
                                                 "deletion",
                                                 "deletion - random order",
                                                 "insertion",
                                                 "insertion - random order",
                                                 "on object",
                                                 "on object - another's map",
                                                 "gate, mean",
                                                 "gate, between classes",
                                                 "gate, within a class",
                                                 "gate, between / within",
                                                 "gates' correlation, neighbours",
                                                 "gates' correlation, any two",
                                                 "gates' correlation, neighbours - any two"};
  return names;
}

RunNumbers run_numbers(const std::string& arm, int64_t seed, double accuracy, const ModelReport& report) {
  RunNumbers run = {.arm = arm, .seed = seed};
  const Averages& averages = *report.averages;
  run.values.push_back(finite(accuracy));
  for (const Compared& compared : {averages.deletion, averages.insertion, averages.on_object}) {
    run.values.push_back(mean_of(compared.values));
    run.values.push_back(mean_of(compared.differences()));
  }
  for (const BlockGates& block : report.gates) run.blocks.push_back({block.table.module, block.numbers});
  run.values.push_back(over_blocks(run.blocks, [](const GateNumbers& n) { return n.mean; }));
  run.values.push_back(over_blocks(run.blocks, [](const GateNumbers& n) { return n.between; }));
  run.values.push_back(over_blocks(run.blocks, [](const GateNumbers& n) { return n.within; }));
  run.values.push_back(over_blocks(run.blocks, [](const GateNumbers& n) { return n.between / n.within; }));
  run.values.push_back(over_blocks(run.blocks, [](const GateNumbers& n) { return n.neighbours; }));
  run.values.push_back(over_blocks(run.blocks, [](const GateNumbers& n) { return n.any_two; }));
  run.values.push_back(
      over_blocks(run.blocks, [](const GateNumbers& n) { return n.neighbours - n.any_two; }));
  run.maps = averages.maps;
  return run;
}

}  // namespace eca
