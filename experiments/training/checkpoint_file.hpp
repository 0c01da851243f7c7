// A checkpoint as a file: weights, the optimiser's state, what the network is (metadata), what decides the numbers, and how far the
// run has come, which each kind of training says in words of its own: a JSON object.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "core/optim/optimizer.hpp"
#include "experiments/training/identity.hpp"
#include "layers/module.hpp"

namespace eca {

// Whole or not at all. Throws FileError.
void write_checkpoint(const std::string& path, Module& network, const Optimizer& optimizer,
                      nlohmann::json progress, const std::map<std::string, std::string>& metadata,
                      const Identity& identity);

// Restores network and optimiser, and hands the progress to `take`, which may throw what nlohmann::json throws. Throws FileError on a
// damaged file or one of another network; in the network nothing is changed then.
void read_checkpoint(const std::string& path, Module& network, Optimizer& optimizer,
                     const std::function<void(const nlohmann::json&)>& take);

// What decides the numbers of the run that wrote the checkpoint. Throws FileError on a damaged file, and on one that does not
// say it, as those of earlier versions do not.
Identity read_identity(const std::string& path);

}  // namespace eca
