// Exercise 17. Non-maximum suppression. Of boxes that overlap, the one with the highest score stays: from the highest score down, each box
// that is left removes those below it with an IoU above `threshold`. Returns the numbers of the boxes that stay, from the highest
// score down; of equal scores the lower number comes first.
//   IoU = the area that two boxes share / the area that they cover together
#pragma once

#include <vector>

struct ScoredBox {
  double left, top, right, bottom, score;
};

std::vector<int> suppress(const std::vector<ScoredBox>& boxes, double threshold);
