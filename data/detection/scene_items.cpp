#include "data/detection/scene_items.hpp"

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "data/sets/idx.hpp"
#include "data/sets/synthetic.hpp"

namespace eca {

SceneItemKind parse_scene_items(const std::string& text) {
  if (text == "auto") return SceneItemKind::automatic;
  if (text == "fashion-mnist") return SceneItemKind::fashion_mnist;
  if (text == "shapes") return SceneItemKind::shapes;
  throw Error("scenes: items=" + text + did_you_mean(text, {"auto", "fashion-mnist", "shapes"}) +
              ", expected auto, fashion-mnist or shapes");
}

namespace {

constexpr int64_t kItemSide = 28;
// Of the drawn images, which go through the ten classes in turn.
constexpr int64_t kDrawnForTraining = 6000, kDrawnForTest = 1000;

// Those of images first, ..., last - 1 that show an object, in grey, with black beside the object.
ImageSet shapes_of(const ImageSet& drawn, int64_t first, int64_t last, const std::string& name) {
  ImageSet shapes{.name = name, .channels = 1, .height = drawn.height, .width = drawn.width};
  const int64_t pixels = drawn.height * drawn.width;
  int32_t textures =
      static_cast<int32_t>(drawn.classes.size());  // the classes before the first with an object
  for (int64_t i = first; i < last; ++i) {
    const uint8_t *mask = drawn.mask(i), *image = drawn.image(i);
    if (std::find(mask, mask + pixels, 1) == mask + pixels) continue;
    const int32_t label = drawn.labels[static_cast<size_t>(i)];
    textures = std::min(textures, label);
    shapes.labels.push_back(label);
    for (int64_t p = 0; p < pixels; ++p) {
      const int mean = (image[3 * p] + image[3 * p + 1] + image[3 * p + 2]) / 3;
      shapes.pixels.push_back(mask[p] != 0 ? static_cast<uint8_t>(std::max(mean, kDarkestOfItem + 1)) : 0);
    }
  }
  for (int32_t& label : shapes.labels) label -= textures;
  shapes.classes.assign(drawn.classes.begin() + textures, drawn.classes.end());
  return shapes;
}

SceneItems drawn_items() {
  const Dataset drawn =
      make_synthetic({.train = 1, .test = kDrawnForTraining + kDrawnForTest, .size = kItemSide});
  const auto share = [&](int64_t first, int64_t last, const char* name) {
    return std::make_shared<const ImageSet>(shapes_of(drawn.test, first, last, name));
  };
  return {.train = share(0, kDrawnForTraining, "shapes train"),
          .test = share(kDrawnForTraining, kDrawnForTraining + kDrawnForTest, "shapes test"),
          .note = ""};
}

// The connected pixels around `start` that are alike in `on`, by their sides.
struct Region {
  std::vector<int64_t> pixels;
  bool reaches_border = false;
};

Region region_around(int64_t start, const std::vector<uint8_t>& on, int64_t H, int64_t W,
                     std::vector<uint8_t>& seen) {
  Region region{.pixels = {start}};
  seen[static_cast<size_t>(start)] = 1;
  for (size_t next = 0; next < region.pixels.size(); ++next) {
    const int64_t p = region.pixels[next], y = p / W, x = p % W;
    const auto visit = [&](bool inside, int64_t q) {
      if (!inside) {
        region.reaches_border = true;
        return;
      }
      const auto at = static_cast<size_t>(q);
      if (seen[at] != 0 || on[at] != on[static_cast<size_t>(start)]) return;
      seen[at] = 1;
      region.pixels.push_back(q);
    };
    visit(y > 0, p - W);
    visit(y + 1 < H, p + W);
    visit(x > 0, p - 1);
    visit(x + 1 < W, p + 1);
  }
  return region;
}

// (H,W) of 0 and 1
std::vector<uint8_t> silhouette(const uint8_t* grey, int64_t H, int64_t W) {
  std::vector<uint8_t> on;
  for (int64_t p = 0; p < H * W; ++p) on.push_back(grey[p] > kDarkestOfItem);
  std::vector<uint8_t> corrected = on, seen(on.size());
  for (int64_t p = 0; p < H * W; ++p) {
    if (seen[static_cast<size_t>(p)] != 0) continue;
    const Region region = region_around(p, on, H, W, seen);
    const bool is_on = on[static_cast<size_t>(p)] != 0;
    if (std::ssize(region.pixels) >= kSmallestRegion || (!is_on && region.reaches_border)) continue;
    for (const int64_t q : region.pixels) corrected[static_cast<size_t>(q)] = !is_on;
  }
  return corrected;
}

}  // namespace

SceneItems load_scene_items(SceneItemKind kind) {
  if (kind == SceneItemKind::shapes) return drawn_items();
  if (kind == SceneItemKind::automatic && !fashion_mnist_installed()) {
    SceneItems items = drawn_items();
    items.note = "scenes: the items are drawn shapes of " + std::to_string(items.train->classes.size()) +
                 " classes, as there is no Fashion-MNIST in " + fashion_mnist_folder() +
                 " (Debian's package dataset-fashion-mnist)";
    return items;
  }
  Dataset fashion = load_fashion_mnist();
  return {.train = std::make_shared<const ImageSet>(std::move(fashion.train)),
          .test = std::make_shared<const ImageSet>(std::move(fashion.test)),
          .note = ""};
}

SceneItem cut_out_item(const ImageSet& items, int64_t i) {
  const int64_t H = items.height, W = items.width;
  const uint8_t* grey = items.image(i);
  const std::vector<uint8_t> on = silhouette(grey, H, W);
  int64_t top = H, left = W, bottom = -1, right = -1;
  for (int64_t y = 0; y < H; ++y) {
    for (int64_t x = 0; x < W; ++x) {
      if (on[static_cast<size_t>(y * W + x)] == 0) continue;
      top = std::min(top, y), bottom = std::max(bottom, y);
      left = std::min(left, x), right = std::max(right, x);
    }
  }
  if (bottom < 0) throw Error("scenes: image " + std::to_string(i) + " of " + items.name + " shows nothing");
  SceneItem item{.height = bottom - top + 1,
                 .width = right - left + 1,
                 .grey_and_cover = {},
                 .label = items.labels[static_cast<size_t>(i)]};
  for (int64_t y = top; y <= bottom; ++y) {
    for (int64_t x = left; x <= right; ++x) {
      const bool is_on = on[static_cast<size_t>(y * W + x)] != 0;
      item.grey_and_cover.push_back(is_on ? grey[y * W + x] : 0);
      item.grey_and_cover.push_back(is_on ? 255 : 0);
    }
  }
  return item;
}

}  // namespace eca
