// Weight files of detectors: they say what detector they belong to, what it saw and what its classes are called.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/files/safetensors.hpp"
#include "data/detection/placement.hpp"
#include "data/image_set.hpp"
#include "experiments/detection/detect_config.hpp"
#include "models/detection/detector.hpp"

namespace eca {

// What surrounds the weights.
struct DetectorCard {
  // As in DetectConfig, of which these keys decide what the network is.
  std::string model, attention, shortcut, backbone_width;
  bool frozen_batch_norm = false;
  CanvasSize canvas;
  Normalisation normalisation;
  std::vector<std::string> classes;
};

DetectorCard card_of(const DetectConfig& config, const Normalisation& normalisation,
                     const std::vector<std::string>& classes);

// The card as metadata of a weight file, and back. detector_card throws FileError, on weights of a classifier with a hint, and naming
// the key where one is missing or unreadable.
std::map<std::string, std::string> to_metadata(const DetectorCard& card);
DetectorCard detector_card(const TensorFile& file);

struct LoadedDetector {
  std::string path;  // of the file
  DetectorCard card;
  std::unique_ptr<Detector> network;  // in evaluation mode
};
// From a weight file, checkpoint or run directory. Throws FileError where the file is unreadable or does not fit.
LoadedDetector load_detector(const std::string& file_or_directory);

// The data, as text after --data, that the detector in a folder was trained on; empty if there is none. Throws FileError if its
// config.txt cannot be read.
std::string data_of_detect_run(const std::string& folder);

// Copies all weights of `path`, a file or run directory, into a detector. Throws FileError if they do not fit; it is then unchanged.
void load_detector_weights(Detector& detector, const std::string& path);

// Copies the weights of a classifier, a file or run directory, into "backbone.body" of a detector. Returns what is to be said of it.
// Throws Error if they are those of another network, and FileError as reading does; the detector is then unchanged.
std::string load_backbone_weights(Detector& detector, const std::string& path);

}  // namespace eca
