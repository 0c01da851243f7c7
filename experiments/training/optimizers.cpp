#include "experiments/training/optimizers.hpp"

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/optim/adam.hpp"
#include "core/optim/sgd.hpp"

namespace eca {

namespace {

using Parameters = std::vector<Parameter*>;
using OptimizerPtr = std::unique_ptr<Optimizer>;

OptimizerPtr make_sgd(const TrainConfig& config, const Parameters& parameters) {
  const SgdOptions options = {
      .momentum = config.momentum, .weight_decay = config.weight_decay, .nesterov = config.nesterov};
  return std::make_unique<Sgd>(parameters, options);
}

OptimizerPtr make_adam(const TrainConfig& config, const Parameters& parameters) {
  return std::make_unique<Adam>(parameters, AdamOptions{.weight_decay = config.weight_decay});
}

OptimizerPtr make_adamw(const TrainConfig& config, const Parameters& parameters) {
  return std::make_unique<Adam>(parameters,
                                AdamOptions{.weight_decay = config.weight_decay, .decoupled = true});
}

struct NamedOptimizer {
  const char* name;
  OptimizerPtr (*make)(const TrainConfig& config, const Parameters& parameters);
};

// To add an optimiser: one line here.
constexpr NamedOptimizer kOptimizers[] = {{"sgd", make_sgd}, {"adam", make_adam}, {"adamw", make_adamw}};

const NamedOptimizer& find(const std::string& name) {
  for (const NamedOptimizer& optimizer : kOptimizers) {
    if (name == optimizer.name) return optimizer;
  }
  throw Error("optimizer: \"" + name + "\"" + did_you_mean(name, optimizer_names()) + ", expected one of " +
              join(optimizer_names(), ", "));
}

}  // namespace

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const NamedOptimizer& optimizer : kOptimizers) names.emplace_back(optimizer.name);
  return names;
}

void check_optimizer(const std::string& name) { find(name); }

OptimizerPtr make_optimizer(const TrainConfig& config, const Parameters& parameters) {
  return find(config.optimizer).make(config, parameters);
}

}  // namespace eca
