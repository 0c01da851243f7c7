// The field "segmentation" of annotations and results. For the readers of this folder.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "data/coco/coco_dataset.hpp"
#include "data/coco/coco_entries.hpp"

namespace eca {

// As it stands in the file: the image's extents may not be known yet.
struct CocoRuns {
  int64_t height = 0, width = 0;
  std::variant<std::vector<int64_t>, std::string> counts;
};
using CocoPolygons = std::vector<std::vector<double>>;
using CocoSegmentation = std::variant<CocoPolygons, CocoRuns>;

// Nothing where the entry has none. Throws FileError where it is neither polygons nor runs.
std::optional<CocoSegmentation> read_segmentation(const CocoEntry& entry);

// The mask on this image. Throws Error, without the file's name, where polygons reach further than `outside` pixels beyond the
// image, or something else does not fit it.
Rle mask_of_segmentation(const CocoSegmentation& segmentation, const CocoImage& image,
                         std::optional<double> outside);

// Throws Error unless the box lies in the image, or reaches at most `outside` pixels beyond it.
void check_inside(const Box& box, const CocoImage& image, double outside);

}  // namespace eca
