// Annotations and results in COCO's JSON format (https://cocodataset.org/#format-data, #format-results).
//
//   {"images":      [{"id": 7, "file_name": "7.png", "width": 128, "height": 96}, ...],
//    "annotations": [{"id": 1, "image_id": 7, "category_id": 3, "bbox": [x, y, width, height], "area": 704.5, "iscrowd": 0,
//                     "segmentation": [[x, y, x, y, x, y, ...], ...]}, ...],
//    "categories":  [{"id": 3, "name": "dog"}, ...]}
//
//   [{"image_id": 7, "category_id": 3, "bbox": [x, y, width, height], "score": 0.9, "segmentation": ...}, ...]
//
// A segmentation is a list of polygons, or {"size": [height, width], "counts": ...} of run lengths, a list or a text (rle.hpp).
// In annotations it may be missing, null or an empty list, and iscrowd may be missing; in results one of bbox and segmentation
// may. Other keys are passed over. A file is read entry by entry, so it takes little more memory than its text and its masks.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/coco/coco_dataset.hpp"

namespace eca {

struct CocoReadOptions {
  // How far a box or a polygon may reach beyond its image, in pixels. Tools round boxes outwards.
  double outside = 1;
};

// Throws FileError with path, entry, field, expected and found: text that is no JSON or cut short, missing fields and fields of
// another kind, ids that stand twice or do not exist, negative sizes, boxes and polygons outside their image, polygons of
// fewer than three corners, run lengths that do not fit the image.
CocoDataset read_coco(const std::string& path, const CocoReadOptions& options = {});
// The same of what stands in a file; `path` is for messages.
CocoDataset parse_coco(std::string_view text, const std::string& path, const CocoReadOptions& options = {});

// Detections of any program on the images of `set`. Boxes may lie anywhere; that of a detection without one is the box round its
// mask. Throws FileError as above.
std::vector<CocoDetection> read_coco_results(const std::string& path, const CocoDataset& set);
std::vector<CocoDetection> parse_coco_results(std::string_view text, const std::string& path,
                                              const CocoDataset& set);

// Masks are written as run lengths. Throws FileError.
void write_coco(const std::string& path, const CocoDataset& set);
void write_coco_results(const std::string& path, const CocoDataset& set,
                        const std::vector<CocoDetection>& detections);

}  // namespace eca
