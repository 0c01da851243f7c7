// The training loop of detectors.
#pragma once

#include <functional>
#include <string>

#include "data/detection/detection_data.hpp"
#include "experiments/detection/detect_config.hpp"
#include "experiments/detection/detect_observer.hpp"
#include "experiments/training/run_directory.hpp"
#include "experiments/training/trainer.hpp"

namespace eca {

struct DetectTrainResult {
  bool interrupted = false;         // as asked; the checkpoint holds everything up to the last finished step
  double box_ap = -1;               // on the test images after the last epoch; -1: nothing to find there
  double mask_ap = -1;              // the same; -1 of detectors without masks, too
  double seconds = 0;               // in all sittings, evaluation included
  double images_per_second = 0;     // of the training steps of this sitting; 0 if it made none
  std::string weights_sha256 = "";  // of weights.safetensors
};

// Trains in the directory as train() of experiments/training/trainer.hpp does, with the same promises. The directory's files are those
// of any run, see run_directory.hpp; metrics.csv has
//   epoch,step,lr,train_loss                           train_loss: the mean over the epoch of the sum of all parts
//   ...                                                each part, in its own name (DetectorLosses::parts)
//   box_ap,box_ap50,box_ap75[,mask_ap,...]             on the test images, 0 to 1; nan where not evaluated, or nothing is to be found
//   images_per_second,seconds
// and best.safetensors are the weights of the epoch with the best AP, of masks where the detector finds some.
DetectTrainResult train_detector(const DetectConfig& config, const DetectionData& data,
                                 const RunDirectory& directory, Start start,
                                 const std::function<bool()>& stop_asked, DetectObserver* observer = nullptr);

}  // namespace eca
