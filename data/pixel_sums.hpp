// What the normalisation of a set is taken from: sums over the pixels of each channel. They are integers, so exact in any order; 64
// bits hold the squares of 2.8e14 pixels.
#pragma once

#include <array>
#include <cstdint>

#include "data/image_set.hpp"
#include "data/images/image.hpp"

namespace eca {

struct PixelSums {
  std::array<uint64_t, 4> sum{}, squares{};  // of each channel
  uint64_t pixels = 0;

  void add(const PixelView& view);  // of 4 channels at most
  void add(const PixelSums& other);
};

// Mean and population standard deviation of each channel. Of a channel that is the same everywhere std is 1, so that it normalises to
// 0 instead of dividing by 0. Of at least one pixel.
Normalisation normalisation_of(const PixelSums& sums, int64_t channels);

}  // namespace eca
