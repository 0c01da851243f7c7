// The optimisers that a configuration can name.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/optim/optimizer.hpp"
#include "experiments/training/run_config.hpp"

namespace eca {

// "sgd", "adam" and "adamw", in the order of the table.
std::vector<std::string> optimizer_names();

// Throws Error with the nearest name unless there is an optimiser called `name`.
void check_optimizer(const std::string& name);

// Whether a key of the configuration means something to this optimiser: `momentum` does to sgd only, `lr` to all.
// Throws Error on another name.
bool optimizer_uses(const std::string& name, const std::string& key);

// Gives a configuration without `lr` its default one, or, with another optimiser than its default one, what is usual for that. Throws Error on another name, and
// if one of the keys that were asked for is not used by this one.
void complete_from_optimizer(RunConfig& config, const std::set<std::string>& asked);

// The optimiser that config.optimizer names, with the configuration's options. The parameters must outlive it.
// Throws Error on another name, and on options out of range.
std::unique_ptr<Optimizer> make_optimizer(const RunConfig& config, const std::vector<Parameter*>& parameters);

}  // namespace eca
