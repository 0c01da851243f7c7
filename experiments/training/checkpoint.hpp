// A checkpoint of a classifier: everything a run needs to go on as if nothing had happened.
#pragma once

#include <string>

#include "core/optim/optimizer.hpp"
#include "experiments/training/identity.hpp"
#include "experiments/training/model_file.hpp"

namespace eca {

// How far a run has come. Sums are over the epoch under way.
struct Progress {
  int64_t step = 0;   // steps done in all
  int64_t epoch = 0;  // the epoch under way, from 0
  int64_t batch = 0;  // batches of it done
  double loss_sum = 0;
  int64_t correct = 0, images = 0;
  double best_accuracy = -1;  // percent, on the test images; -1: none yet
  double last_accuracy = 0;   // of the last epoch that ended
  double last_top5 = -1;      // the same; -1: not known, as in checkpoints of earlier versions
  double seconds = 0;         // spent so far, in all sittings
  std::string metrics;        // metrics.csv so far
};

// Writes weights, optimiser state, progress, the model card and what decides the numbers in one file, whole or
// not at all. Throws FileError.
void save_checkpoint(const std::string& path, Module& network, const Optimizer& optimizer,
                     const Progress& progress, const ModelCard& card, const Identity& identity);

// Restores them. Throws FileError, and changes nothing in the network, on a damaged file or one of another network.
Progress load_checkpoint(const std::string& path, Module& network, Optimizer& optimizer);

}  // namespace eca
