// Training that begins with weights instead of random numbers (--init), and that leaves a part of them alone (--freeze).
#pragma once

#include <string>
#include <vector>

#include "experiments/training/train_config.hpp"
#include "layers/module.hpp"

namespace eca {

// Reads config.init, if there is one, and takes from it what the user has not said: the network's name, attention with the
// kernel sizes that the weights have, and shortcut. The configuration then names them, as if they had been typed.
// Throws FileError if the file cannot be read or belongs to another network than config says.
void complete_from_weights(TrainConfig& config);

// Copies the weights of `path`, a file or run directory, into a network that `model` describes and that is initialised. A
// last layer for another number of classes stays as initialised. Returns what is to be said of it, a line each. Throws
// FileError if the weights do not fit, or take images of other channels; the network is then unchanged.
std::vector<std::string> load_initial_weights(Module& network, const ModelConfig& model,
                                              const std::string& path);

// Freezes the parameters whose name, or the beginning of it up to a dot, one of the patterns fits ("conv1,layer[12],*.bn?",
// '*' fits dots too): they get no gradient, and the parameters returned, those to train, are the others. Batch norm of a
// frozen part does as in PyTorch after requires_grad_(False): in training it goes on to normalise with the statistics of the
// batch, and its running statistics, which no gradient moves, go on moving.
// Throws Error naming a pattern that fits nothing, or if nothing is left to train.
std::vector<Parameter*> freeze(Module& network, const std::string& patterns);

}  // namespace eca
