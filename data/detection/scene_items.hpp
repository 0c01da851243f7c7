// What scenes are made of: grey images of single things on black, and which of their pixels belong to the thing.
#pragma once

#include <memory>
#include <string>

#include "data/image_set.hpp"

namespace eca {

enum class SceneItemKind {
  automatic,      // Fashion-MNIST where it is installed, else shapes
  fashion_mnist,  // 70,000 real images of clothes, 28x28, ten classes
  shapes          // those of data/sets/synthetic.hpp that are no textures, six classes
};

// "auto", "fashion-mnist" or "shapes". Throws Error.
SceneItemKind parse_scene_items(const std::string& text);

// One channel each. The test scenes show no item that a training scene shows.
struct SceneItems {
  std::shared_ptr<const ImageSet> train, test;
  std::string note;  // what is to be said about them; mostly empty
};

// Throws FileError if Fashion-MNIST is asked for and is not there.
SceneItems load_scene_items(SceneItemKind kind);

// A thing cut out of its image, as small as it can be.
struct SceneItem {
  int64_t height = 0, width = 0;
  // (height,width,2): its grey, 0 beside it; and 255 where it is, else 0.
  std::vector<uint8_t> grey_and_cover;
  int32_t label = 0;
};

// Its pixels are those brighter than kDarkestOfItem, with two corrections: less than kSmallestRegion of them in one piece, which
// touches the others in no side of a pixel, are a speck and not of it; and less than kSmallestRegion darker ones in one piece
// that does not reach the border are a dark spot and of it. Throws Error if none are left.
SceneItem cut_out_item(const ImageSet& items, int64_t i);

inline constexpr int kDarkestOfItem = 12;
inline constexpr int64_t kSmallestRegion = 16;

}  // namespace eca
