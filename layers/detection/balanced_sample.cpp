#include "layers/detection/balanced_sample.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/error.hpp"
#include "layers/detection/matcher.hpp"

namespace eca {

// n of the indices, each set of n as likely as any other.
static std::vector<int64_t> drawn(std::vector<int64_t> indices, int64_t n, Random& random) {
  const auto count = static_cast<size_t>(n);
  for (size_t i = 0; i < count && count < indices.size(); ++i) {
    std::swap(indices[i], indices[i + random.below(indices.size() - i)]);
  }
  indices.resize(count);
  std::sort(indices.begin(), indices.end());
  return indices;
}

BalancedSample balanced_sample(std::span<const int64_t> matches, const SampleSize& size, Random& random) {
  if (size.count < 0 || !(size.positive_fraction >= 0 && size.positive_fraction <= 1)) {
    throw Error("balanced sample: " + std::to_string(size.count) + " candidates, a share of " +
                std::to_string(size.positive_fraction) +
                " with an object, expected at least 0 candidates and a share from 0 to 1");
  }
  std::vector<int64_t> positives, negatives;
  for (size_t i = 0; i < matches.size(); ++i) {
    if (matches[i] >= 0) positives.push_back(static_cast<int64_t>(i));
    if (matches[i] == kBackground) negatives.push_back(static_cast<int64_t>(i));
  }
  const auto most = static_cast<int64_t>(static_cast<double>(size.count) * size.positive_fraction);
  const int64_t of_positives = std::min(most, static_cast<int64_t>(std::ssize(positives)));
  const int64_t of_negatives =
      std::min(size.count - of_positives, static_cast<int64_t>(std::ssize(negatives)));
  return {drawn(std::move(positives), of_positives, random),
          drawn(std::move(negatives), of_negatives, random)};
}

}  // namespace eca
