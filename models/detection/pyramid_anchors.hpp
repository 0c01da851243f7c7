// The anchors of all maps of a pyramid, in one list.
#pragma once

#include <span>
#include <vector>

#include "core/autograd/tensor.hpp"
#include "layers/detection/anchors.hpp"

namespace eca {

// Map after map, each in the order of anchors_of_map: what a head puts out for an image, (h,w,A,...), in the same order.
struct PyramidAnchors {
  std::vector<CornerBox> boxes;
  std::vector<int64_t> first;  // of each map; and how many there are in all

  size_t maps() const { return first.size() - 1; }
  int64_t of_map(size_t map) const { return first[map + 1] - first[map]; }
  std::span<const CornerBox> boxes_of_map(size_t map) const {
    return std::span(boxes).subspan(static_cast<size_t>(first[map]), static_cast<size_t>(of_map(map)));
  }
};

// maps: (N,h,w,...) each, of the strides given.
PyramidAnchors pyramid_anchors(const std::vector<AnchorShapes>& shapes, const std::vector<int64_t>& strides,
                               const std::vector<Tensor>& maps);

// Boxes at a place, the same in every map. Throws Error unless there are shapes for each stride, and that holds.
int64_t checked_anchors_at_place(const std::vector<AnchorShapes>& shapes,
                                 const std::vector<int64_t>& strides);

}  // namespace eca
