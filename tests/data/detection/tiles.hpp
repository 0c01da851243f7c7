#pragma once

#include <memory>

#include "data/image_set.hpp"

namespace eca::test {

// Items that fill their images, each of one shade: 255 of class 0, 128 of class 1.
inline std::shared_ptr<const ImageSet> tiles(int64_t height, int64_t width) {
  auto set = std::make_shared<ImageSet>();
  set->name = "tiles", set->channels = 1, set->height = height, set->width = width;
  set->classes = {"light", "dark"};
  set->labels = {0, 1};
  const auto pixels = static_cast<size_t>(height * width);
  set->pixels.assign(pixels, 255);
  set->pixels.insert(set->pixels.end(), pixels, 128);
  return set;
}

}  // namespace eca::test
