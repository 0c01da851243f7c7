// The optimisers that a configuration can name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/optim/optimizer.hpp"
#include "experiments/training/train_config.hpp"

namespace eca {

// "sgd", "adam" and "adamw", in the order of the table.
std::vector<std::string> optimizer_names();

// Throws Error with the nearest name unless there is an optimiser called `name`.
void check_optimizer(const std::string& name);

// The optimiser that config.optimizer names, with the configuration's options. The parameters must outlive it.
// Throws Error on another name, and on options out of range.
std::unique_ptr<Optimizer> make_optimizer(const TrainConfig& config,
                                          const std::vector<Parameter*>& parameters);

}  // namespace eca
