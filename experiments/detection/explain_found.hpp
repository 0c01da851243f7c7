// Pictures of what a trained detector finds.
#pragma once

#include <string>
#include <vector>

#include "data/detection/detection_set.hpp"
#include "experiments/drawing/picture.hpp"
#include "models/detection/detector.hpp"

namespace eca {

// What is on the image, in the names `there` of its classes, and beside it what was found with a score of at least `least`, in the
// names that the network knows.
Picture found_picture(const DetectionExample& truth, const std::vector<std::string>& there,
                      const std::vector<Detection>& found, const std::vector<std::string>& known,
                      double least);

// The largest object that was found, and what it was found as: the detection that overlaps it most, by an IoU of at least 0.5, the
// surest of equals. Both null where there is none.
struct FoundObject {
  const DetectionObject* object = nullptr;
  const Detection* detection = nullptr;
};
FoundObject largest_found(const std::vector<const DetectionObject*>& objects,
                          const std::vector<Detection>& found);

}  // namespace eca
