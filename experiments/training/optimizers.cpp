#include "experiments/training/optimizers.hpp"

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/optim/adam.hpp"
#include "core/optim/sgd.hpp"

namespace eca {

namespace {

using Parameters = std::vector<Parameter*>;
using OptimizerPtr = std::unique_ptr<Optimizer>;

OptimizerPtr make_sgd(const RunConfig& config, const Parameters& parameters) {
  const SgdOptions options = {
      .momentum = config.momentum, .weight_decay = config.weight_decay, .nesterov = config.nesterov};
  return std::make_unique<Sgd>(parameters, options);
}

OptimizerPtr make_adam(const RunConfig& config, const Parameters& parameters) {
  return std::make_unique<Adam>(parameters, AdamOptions{.weight_decay = config.weight_decay});
}

OptimizerPtr make_adamw(const RunConfig& config, const Parameters& parameters) {
  return std::make_unique<Adam>(parameters,
                                AdamOptions{.weight_decay = config.weight_decay, .decoupled = true});
}

struct NamedOptimizer {
  std::string name;
  double lr;  // where none is given, and another optimiser is the configuration's own
  std::vector<std::string>
      options;  // keys of its own: an optimiser that does not list them does not use them
  OptimizerPtr (*make)(const RunConfig& config, const Parameters& parameters);
};

// To add an optimiser: one line here. The rates of Adam and AdamW are those of arXiv 1412.6980v9 and 1711.05101v3; SGD's is that of
// RetinaNet, arXiv 1708.02002v2, section 4.1, and the configuration of classifiers, whose own it is, has another.
const std::vector<NamedOptimizer>& optimizers() {
  static const std::vector<NamedOptimizer> table = {
      {"sgd", 0.01, {"momentum", "nesterov"}, make_sgd},
      {"adam", 0.001, {}, make_adam},
      {"adamw", 0.001, {}, make_adamw},
  };
  return table;
}

const NamedOptimizer& find(const std::string& name) {
  for (const NamedOptimizer& optimizer : optimizers()) {
    if (name == optimizer.name) return optimizer;
  }
  throw Error("optimizer: \"" + name + "\"" + did_you_mean(name, optimizer_names()) + ", expected one of " +
              join(optimizer_names(), ", "));
}

bool lists(const NamedOptimizer& optimizer, const std::string& key) {
  return std::find(optimizer.options.begin(), optimizer.options.end(), key) != optimizer.options.end();
}

// The optimisers to which a key belongs; none if it is no key of optimisers, or one of all of them.
std::vector<std::string> users_of(const std::string& key) {
  std::vector<std::string> users;
  for (const NamedOptimizer& optimizer : optimizers()) {
    if (lists(optimizer, key)) users.push_back(optimizer.name);
  }
  return users;
}

}  // namespace

std::vector<std::string> optimizer_names() {
  std::vector<std::string> names;
  for (const NamedOptimizer& optimizer : optimizers()) names.push_back(optimizer.name);
  return names;
}

void check_optimizer(const std::string& name) { find(name); }

bool optimizer_uses(const std::string& name, const std::string& key) {
  return users_of(key).empty() || lists(find(name), key);
}

void complete_from_optimizer(RunConfig& config, const std::set<std::string>& asked) {
  for (const std::string& key : asked) {
    if (optimizer_uses(config.optimizer, key)) continue;
    throw Error(key + ": expected only with the optimizer " + join(users_of(key), " or ") + ", found \"" +
                config.optimizer + "\"");
  }
  if (config.given.contains("lr")) return;
  const auto defaults = config.fresh();
  config.lr = config.optimizer == defaults->optimizer ? defaults->lr : find(config.optimizer).lr;
}

OptimizerPtr make_optimizer(const RunConfig& config, const Parameters& parameters) {
  return find(config.optimizer).make(config, parameters);
}

}  // namespace eca
