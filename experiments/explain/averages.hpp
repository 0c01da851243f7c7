// What holds of the maps of many test images: whether the places that they name matter, and whether they lie on the object.
// Each number stands beside a control and their difference, image by image, with an interval: a statement that can fail.
#pragma once

#include <string>
#include <vector>

#include "experiments/ablation/statistics.hpp"
#include "experiments/explain/layer_view.hpp"
#include "experiments/explain/subjects.hpp"

namespace eca {

// One number of every image, and that of its control.
struct Compared {
  std::vector<double> values, controls;
  // values - controls, paired
  std::vector<double> differences() const;
};

// The map of one image, at the layer's own resolution.
struct AveragedMap {
  int64_t predicted = 0;  // the class, which is explained
  Map map;
};

struct Averages {
  int64_t images = 0;
  std::string layer;
  Compared deletion, insertion;  // areas; control: a random order of pixels
  std::vector<double> deletion_curve, insertion_curve, random_deletion_curve,
      random_insertion_curve;  // means
  // Of images with an object and a map above 0: the share of the map on it; control: the share that the map of the next such
  // image has on this one's object. A map that is always in the middle, where objects mostly are, is no better than its control.
  Compared on_object;
  std::vector<double> object_areas;  // of the same images
  std::vector<int64_t> with_object;  // their places among all
  int64_t empty_maps = 0;            // of images with an object
  std::vector<AveragedMap> maps;     // of all images
};

struct AveragesOptions {
  std::string layer;  // empty: the last with a map
  CamMethod method = CamMethod::grad_cam;
  int64_t steps = 16;
};

// Over images of the set, each explained for its predicted class. Throws what look_at_layer and class_map throw.
Averages average_maps(Module& network, const ModelCard& card, const ImageSet& set,
                      const std::vector<int64_t>& images, const AveragesOptions& options);

// What one model's numbers are more than another's, of the same images.
struct ModelDifference {
  std::string name;  // "deletion", "insertion", "on object"
  std::vector<double> values;
};
// The last one only where both have maps on objects.
std::vector<ModelDifference> differences_of(const Averages& one, const Averages& other);

// "0.42 ± 0.03", mean and 95 % interval; "-" without values, the mean alone of one.
std::string mean_and_interval(const std::vector<double>& values);
// What an interval of differences says: "larger", "smaller", or "not to be told apart" where it holds 0 or is of less than two.
std::string verdict(const std::vector<double>& differences);

}  // namespace eca
