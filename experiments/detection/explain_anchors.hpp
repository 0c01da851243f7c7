// Pictures of the first steps of a detector: which boxes it begins with, and which of them shall find an object.
#pragma once

#include <vector>

#include "data/images/image.hpp"
#include "experiments/drawing/picture.hpp"
#include "models/detection/detector.hpp"
#include "models/detection/pyramid_anchors.hpp"

namespace eca {

// A map of a pyramid.
struct MapSize {
  int64_t height, width, stride;
};

// A panel for each map, with its places as dots and the boxes of the place in its middle, each shape in a colour of its own.
Picture anchors_picture(const Image& image, const PyramidAnchors& anchors, const std::vector<MapSize>& maps);

// The anchors by what the matcher makes of them.
struct MatchedAnchors {
  struct Positive {
    int64_t anchor, object;
  };
  std::vector<Positive> positives;
  std::vector<int64_t> ignored, background;
};
MatchedAnchors matched_anchors(const std::vector<CornerBox>& anchors, const std::vector<CornerBox>& objects,
                               const Matcher& matcher);

// The rules by which a detector's anchors are matched and sampled. RetinaNet's takes all that count; here some of the background are
// drawn, as many as region proposals would sample.
TargetRules anchor_rules(const DetectorConfig& config);

// Objects; anchors with an object, in its colour; those that do not count; and the background that is sampled.
Picture matches_picture(const Image& image, const std::vector<CornerBox>& anchors,
                        const std::vector<CornerBox>& objects, const TargetRules& rules);

// The colour of object i of an image.
Colour object_colour(int64_t object);

}  // namespace eca
