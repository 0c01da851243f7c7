// COCO's measure of a detector: average precision and average recall, number for number those of pycocotools' COCOeval.
//
// One category at one IoU threshold t, from 0.50 to 0.95 in steps of 0.05:
//   1. In every image at most 100 detections count, those of the highest score. From the highest down, each takes the object that
//      it overlaps most, if IoU >= t and no other took it.
//   2. A detection that took an object is right, one that took none is wrong. Objects that are crowds, or whose area lies outside
//      the range in question, are ignored: they need not be found, and whatever takes one does not count either way. They are taken
//      only where no other object fits; a crowd can be taken again and again. Neither does a detection count that took none and
//      whose own area lies outside the range.
//   3. All images' detections by score, from the highest. After the i-th
//        recall[i]    = right so far / objects
//        precision[i] = right so far / (right and wrong so far)
//   4. AP is the mean of p(0), p(0.01), ..., p(1), where p(r) is the best precision at a recall of at least r, and 0 where that is
//      not reached. AR is the last recall.
//   5. AP and AR are means over the thresholds, and of all categories over those that have objects.
//
// Ties, where COCOeval has a rule too: equal scores keep the order of the images' ids and in an image the order of the
// detections; of objects that overlap equally the later is taken; an area on the limit of two ranges is in both.
// Source: cocodataset/cocoapi, PythonAPI/pycocotools/cocoeval.py. Deviates: COCOeval takes an object with the id 0 for one that was
// not found; here ids do not matter.
#pragma once

#include <cstdint>
#include <vector>

#include "data/coco/coco_dataset.hpp"

namespace eca {

enum class CocoRegion { boxes, masks };

struct CocoApOptions {
  // What overlaps. The area of a detection is that of its box or of its mask; that of an object is CocoObject::area either way.
  CocoRegion region = CocoRegion::boxes;
  // An object is small up to an area of small^2, large from one of large^2, and medium between. COCO's are 32 and 96, for
  // images of about 640x480.
  double small = 32, large = 96;
};

// -1 where there is no object to find.
struct CocoNumbers {
  double ap = -1, ap50 = -1, ap75 = -1;                 // at all thresholds, at 0.5, at 0.75
  double ap_small = -1, ap_medium = -1, ap_large = -1;  // of objects of a size
  double ar1 = -1, ar10 = -1, ar100 = -1;  // with at most 1, 10, 100 detections an image and category
  double ar_small = -1, ar_medium = -1, ar_large = -1;
};

struct CocoScores {
  CocoNumbers all;
  std::vector<CocoNumbers> classes;  // of set.categories, in their order
};

// Throws Error where a detection's image or category is none of the set's, and where masks are compared and one is missing
// or has other extents.
CocoScores coco_scores(const CocoDataset& set, const std::vector<CocoDetection>& detections,
                       const CocoApOptions& options = {});

// The twelve, in COCO's order: AP, AP50, AP75, AP small, medium, large, AR 1, 10, 100, AR small, medium, large.
std::vector<double> twelve_of(const CocoNumbers& numbers);

}  // namespace eca
