// Pictures of what a detector looks at in place of the image: the maps of its pyramid, and one region of one of them.
#pragma once

#include <string>
#include <vector>

#include "data/images/image.hpp"
#include "experiments/detection/explain_panel.hpp"
#include "layers/detection/roi_align.hpp"
#include "models/detection/detector_config.hpp"

namespace eca {

// A map of features of one image, (1,h,w,C), as a picture with a pixel for each of its own: the root of the mean of the squares over the
// channels, from 0 to the largest.
Picture map_picture(const Tensor& map);

struct NamedMap {
  std::string name;  // "c2", "p2": of stride 2^2
  Tensor map;        // (1,h,w,C)
};
// The maps of a backbone above those that the pyramid makes of them, each as large as the other.
Picture pyramid_picture(const std::vector<NamedMap>& of_body, const std::vector<NamedMap>& of_pyramid);

// The part of a map, in its pixels, that shows a region with as much room around it as the samples at its edges need.
PixelBox shown_of_map(const CornerBox& region, int64_t height, int64_t width);

// The region of an image; on the map that it is taken from; the samples of its bins between the map's pixels; and what comes out.
Picture roi_align_picture(const Image& image, const std::vector<Tensor>& maps, const RoiLevels& levels,
                          const CornerBox& region, const RoiAlignOptions& options);

}  // namespace eca
