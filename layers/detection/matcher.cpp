#include "layers/detection/matcher.hpp"

#include <algorithm>
#include <string>

#include "core/base/error.hpp"

namespace eca {

std::vector<int64_t> Matcher::match(std::span<const double> ious, int64_t objects, int64_t candidates) const {
  if (!(low <= high)) {
    throw Error("matcher: thresholds " + std::to_string(low) + " and " + std::to_string(high) +
                ", expected low <= high");
  }
  if (std::ssize(ious) != objects * candidates) {
    throw Error("matcher: " + std::to_string(ious.size()) + " overlaps of " + std::to_string(objects) +
                " objects and " + std::to_string(candidates) + " candidates");
  }
  const auto at = [&](int64_t object, int64_t candidate) {
    return ious[static_cast<size_t>(object * candidates + candidate)];
  };
  std::vector<int64_t> most(static_cast<size_t>(candidates), 0);  // the object that each overlaps most
  std::vector<int64_t> matches(static_cast<size_t>(candidates), kBackground);
  if (objects == 0) return matches;
  for (int64_t c = 0; c < candidates; ++c) {
    int64_t& object = most[static_cast<size_t>(c)];
    for (int64_t o = 1; o < objects; ++o) {
      if (at(o, c) > at(object, c)) object = o;
    }
    const double overlap = at(object, c);
    matches[static_cast<size_t>(c)] = overlap >= high ? object : overlap >= low ? kIgnored : kBackground;
  }
  if (!low_quality || candidates == 0) return matches;
  for (int64_t o = 0; o < objects; ++o) {
    const auto row = ious.subspan(static_cast<size_t>(o * candidates), static_cast<size_t>(candidates));
    const double best = *std::max_element(row.begin(), row.end());
    if (best <= 0) continue;
    for (size_t c = 0; c < row.size(); ++c) {
      if (row[c] == best) matches[c] = most[c];
    }
  }
  return matches;
}

}  // namespace eca
