// Pictures of what non-maximum suppression leaves.
#pragma once

#include <vector>

#include "data/images/image.hpp"
#include "experiments/drawing/picture.hpp"
#include "models/detection/region_proposals.hpp"

namespace eca {

using ScoredBoxes = RegionProposals::Candidates;

// What region proposals that half know the answer would say: the score of an anchor is its largest IoU with an object, and its box
// goes three quarters of the way to that object. The best anchors of each map, of those that overlap an object at all.
ScoredBoxes half_known_proposals(const PyramidAnchors& anchors, const std::vector<CornerBox>& objects,
                                 int64_t most_of_map);

// As many of the best boxes before and after suppression within each map, the better the darker.
Picture suppression_picture(const Image& image, const ScoredBoxes& scored, double threshold, int64_t shown);

}  // namespace eca
