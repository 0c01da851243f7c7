#include "experiments/detection/evaluate_detector.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/detection/batch_targets.hpp"
#include "layers/detection/paste_mask.hpp"

namespace eca {

// (M,M) over the box, as pixels of the image.
static Rle pasted(const std::vector<float>& mask, const CornerBox& box, const Placement& placement) {
  const auto M = static_cast<int64_t>(std::lround(std::sqrt(static_cast<double>(mask.size()))));
  const std::vector<float> values = paste_mask(mask, M, box, placement.image_height, placement.image_width);
  std::vector<uint8_t> on(values.size());
  std::transform(values.begin(), values.end(), on.begin(), [](float value) { return value > 0.5F; });
  return encode_rle(on, placement.image_height, placement.image_width);
}

std::vector<CocoDetection> on_image(const std::vector<Detection>& found, const Placement& placement,
                                    int64_t image) {
  std::vector<CocoDetection> detections;
  for (const Detection& detection : found) {
    const Box box = placement.to_image(box_of(detection.box));
    detections.push_back({.image = image, .category = detection.label, .score = detection.score, .box = box});
    if (!detection.mask.empty()) detections.back().mask = pasted(detection.mask, corners_of(box), placement);
  }
  return detections;
}

DetectionsFound detect_all(Detector& detector, const DetectionSet& set, const Normalisation& normalisation,
                           const CanvasSize& canvas, const std::function<void(int64_t images)>& done) {
  // A fixed size, so that the same weights find the same, whoever asks.
  constexpr int64_t kBatch = 16;
  const auto start = std::chrono::steady_clock::now();
  const bool was_training = detector.training();
  detector.eval();
  DetectionsFound result;
  DetectionLoader loader(set, normalisation, {.batch_size = kBatch, .canvas = canvas});
  loader.start_epoch(0);
  int64_t images = 0;
  for (DetectionBatch batch; loader.next(batch);) {
    const std::vector<std::vector<Detection>> found = detector.detect(batch.tensor());
    for (size_t n = 0; n < found.size(); ++n) {
      for (CocoDetection& detection : on_image(found[n], batch.placements[n], batch.indices[n]))
        result.detections.push_back(std::move(detection));
    }
    images += batch.size();
    done(images);
  }
  detector.train(was_training);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

std::vector<CocoDetection> detect_on(Detector& detector, const Image& image,
                                     const Normalisation& normalisation, const CanvasSize& canvas) {
  DetectionBatch batch = {.images = std::vector<real>(static_cast<size_t>(canvas.height * canvas.width * 3)),
                          .objects = {},
                          .placements = {fitted_placement(image.height, image.width, canvas)},
                          .indices = {0},
                          .canvas = canvas};
  fill_canvas(batch.images.data(), placed({.image = image, .objects = {}}, batch.placements[0], canvas).image,
              batch.placements[0], canvas, PixelTable(normalisation));
  return on_image(detector.detect(batch.tensor()).front(), batch.placements[0], /*image=*/0);
}

std::vector<int64_t> categories_by_name(const std::vector<std::string>& classes, const CocoDataset& truth,
                                        const std::string& weights) {
  std::vector<int64_t> categories(classes.size(), -1);
  std::vector<std::string> unknown;
  for (size_t c = 0; c < truth.categories.size(); ++c) {
    const std::string& name = truth.categories[c].name;
    const auto at = std::find(classes.begin(), classes.end(), name) - classes.begin();
    if (at == std::ssize(classes)) {
      unknown.push_back(name);
    } else {
      categories[static_cast<size_t>(at)] = static_cast<int64_t>(c);
    }
  }
  if (unknown.empty()) return categories;
  throw Error(truth.name + ": classes that the detector of " + weights + " does not know: " +
              join(unknown, ", ") + (unknown.size() == 1 ? did_you_mean(unknown[0], classes) : "") +
              "\n  it knows: " + join(classes, ", "));
}

std::vector<CocoDetection> in_categories(std::vector<CocoDetection> detections,
                                         const std::vector<int64_t>& categories) {
  for (CocoDetection& detection : detections)
    detection.category = categories.at(static_cast<size_t>(detection.category));
  std::erase_if(detections, [](const CocoDetection& detection) { return detection.category < 0; });
  return detections;
}

DetectorScores scores_of(const CocoDataset& truth, const std::vector<CocoDetection>& detections, bool masks,
                         const CocoApOptions& options) {
  CocoApOptions of_boxes = options, of_masks = options;
  of_boxes.region = CocoRegion::boxes;
  of_masks.region = CocoRegion::masks;
  const bool known = std::all_of(truth.objects.begin(), truth.objects.end(),
                                 [](const CocoObject& object) { return object.mask.has_value(); });
  DetectorScores scores = {.boxes = coco_scores(truth, detections, of_boxes), .masks = std::nullopt};
  if (masks && known) scores.masks = coco_scores(truth, detections, of_masks);
  return scores;
}

}  // namespace eca
