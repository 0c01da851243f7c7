// How far the training of a detector has come, and its checkpoint.
#pragma once

#include <string>
#include <vector>

#include "core/optim/optimizer.hpp"
#include "data/detection/detection_data.hpp"
#include "experiments/detection/detector_file.hpp"
#include "experiments/training/identity.hpp"

namespace eca {

struct LossSum {
  std::string name;  // as in DetectorLosses::parts
  double sum = 0;    // over the images of the epoch under way
};

struct DetectProgress {
  int64_t step = 0;   // steps done in all
  int64_t epoch = 0;  // the epoch under way, from 0
  int64_t batch = 0;  // batches of it done
  int64_t images = 0;
  std::vector<LossSum> losses;                 // none before the first step
  double best_ap = -1;                         // on the test images; -1: none yet
  double last_box_ap = -1, last_mask_ap = -1;  // of the last epoch that was evaluated
  double seconds = 0;                          // spent so far, in all sittings
  std::string metrics;                         // metrics.csv so far
};

// Of the sums of all parts: the mean over the images.
double mean_loss(const DetectProgress& progress);

// See experiments/training/checkpoint_file.hpp.
void save_checkpoint(const std::string& path, Module& network, const Optimizer& optimizer,
                     const DetectProgress& progress, const DetectorCard& card, const Identity& identity);
DetectProgress load_detect_checkpoint(const std::string& path, Module& network, Optimizer& optimizer);

// What decides the numbers of a run. Of the data it has fingerprints, as Identity::sets under these names.
inline const std::string kTrainingImages = "training images", kTestImages = "test images";
Identity identity_of(const DetectConfig& config, const DetectionData& data,
                     const std::map<std::string, std::string>& arithmetic);

}  // namespace eca
