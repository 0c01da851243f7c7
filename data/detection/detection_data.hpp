// Images with objects by the text a user types: scenes, scenes:n=8000,size=96, coco:DIR.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/data_kind.hpp"
#include "data/detection/detection_set.hpp"
#include "data/image_set.hpp"

namespace eca {

struct DetectionData {
  std::shared_ptr<const DetectionSet> train, test;  // of the same classes
  Normalisation normalisation;                      // of the training images
  std::string name;                                 // "scenes", or the folder
  // What is out of the ordinary with the data, one line each, for the user to read.
  std::vector<std::string> notes = {};
};

struct DetectionLoadOptions {
  bool test_only =
      false;  // nothing is read of the training images: train is null, and the normalisation empty
};

// Loads what `spec` names, see detection_kinds(). Throws Error if the text is wrong (with the list of kinds), FileError if a file
// is, or if the splits have different classes.
DetectionData load_detection_data(const std::string& spec, const DetectionLoadOptions& options = {});

// Their `load` leaves the normalisation to load_detection_data().
using DetectionKind = DataKind<DetectionData, DetectionLoadOptions>;

// To add data: a DetectionSet in this folder, a row here.
const std::vector<DetectionKind>& detection_kinds();

// The same data from every folder, see with_absolute_paths() of data/sets/dataset.hpp.
std::string detection_with_absolute_paths(const std::string& spec);

// As that of an image set, see data/image_set.hpp. Throws FileError.
Normalisation compute_normalisation(const DetectionSet& set, int64_t most = 500);

}  // namespace eca
