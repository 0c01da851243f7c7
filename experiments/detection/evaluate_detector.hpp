// What a detector finds on a set of images, and COCO's measure of it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "data/detection/detection_loader.hpp"
#include "experiments/detection/coco_ap.hpp"
#include "models/detection/detector.hpp"

namespace eca {

// What was found on a canvas, in the pixels of its image; `image` is the number that the detections get. Masks are pasted over their
// boxes, on where they are above 0.5, as torchvision's references have it.
std::vector<CocoDetection> on_image(const std::vector<Detection>& found, const Placement& placement,
                                    int64_t image);

struct DetectionsFound {
  std::vector<CocoDetection> detections;  // image by image
  double seconds = 0;
};
// In evaluation mode; restores the network's mode. Calls `done` after some images with how many they are; what it throws ends the
// work. Throws FileError where an image cannot be read.
DetectionsFound detect_all(Detector& detector, const DetectionSet& set, const Normalisation& normalisation,
                           const CanvasSize& canvas, const std::function<void(int64_t images)>& done);

// The same of one image, in its pixels; `image` is 0.
std::vector<CocoDetection> detect_on(Detector& detector, const Image& image,
                                     const Normalisation& normalisation, const CanvasSize& canvas);

// For each of a network's classes the category of that name; -1 where there is none. Throws Error naming the categories that the
// network of `weights` does not know.
std::vector<int64_t> categories_by_name(const std::vector<std::string>& classes, const CocoDataset& truth,
                                        const std::string& weights);
// With categories[c] for each category c; without those of which that is -1.
std::vector<CocoDetection> in_categories(std::vector<CocoDetection> detections,
                                         const std::vector<int64_t>& categories);

struct DetectorScores {
  CocoScores boxes;
  std::optional<CocoScores> masks;
};
// Of masks, too, where `masks` says that the detector finds some and all objects have one.
DetectorScores scores_of(const CocoDataset& truth, const std::vector<CocoDetection>& detections, bool masks,
                         const CocoApOptions& options = {});

}  // namespace eca
