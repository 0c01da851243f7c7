#include "models/detection/pyramid_anchors.hpp"

#include <string>

#include "core/base/error.hpp"

namespace eca {

PyramidAnchors pyramid_anchors(const std::vector<AnchorShapes>& shapes, const std::vector<int64_t>& strides,
                               const std::vector<Tensor>& maps) {
  PyramidAnchors anchors;
  for (size_t i = 0; i < maps.size(); ++i) {
    const auto stride = static_cast<double>(strides[i]);
    const std::vector<CornerBox> of_map = anchors_of_map(
        anchors_at_origin(shapes[i]),
        {.height = maps[i].dim(1), .width = maps[i].dim(2), .stride_y = stride, .stride_x = stride});
    anchors.first.push_back(std::ssize(anchors.boxes));
    anchors.boxes.insert(anchors.boxes.end(), of_map.begin(), of_map.end());
  }
  anchors.first.push_back(std::ssize(anchors.boxes));
  return anchors;
}

int64_t checked_anchors_at_place(const std::vector<AnchorShapes>& shapes,
                                 const std::vector<int64_t>& strides) {
  if (shapes.size() != strides.size()) {
    throw Error("detector: anchors of " + std::to_string(shapes.size()) + " maps, expected those of " +
                std::to_string(strides.size()));
  }
  const size_t count = anchors_at_origin(shapes.front()).size();
  for (size_t i = 1; i < shapes.size(); ++i) {
    const size_t other = anchors_at_origin(shapes[i]).size();
    if (other == count) continue;
    throw Error("detector: " + std::to_string(other) + " anchors at a place of map " + std::to_string(i) +
                ", expected " + std::to_string(count) + " as in map 0: one head looks at all maps");
  }
  return static_cast<int64_t>(count);
}

}  // namespace eca
