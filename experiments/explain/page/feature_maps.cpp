#include "experiments/explain/page/feature_maps.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/format.hpp"
#include "experiments/drawing/heat_map.hpp"
#include "experiments/drawing/text.hpp"

namespace eca {

namespace {

constexpr int64_t kMapSize = 64, kMapGap = 10, kMapMargin = 8, kTitle = 44, kShown = 16;

std::vector<double> channel_of(const Tensor& x, int64_t c) {
  const std::vector<real> maps = x.values();
  std::vector<double> values;
  for (int64_t i = c; i < x.dim(1) * x.dim(2) * x.dim(3); i += x.dim(3))
    values.push_back(static_cast<double>(maps[static_cast<size_t>(i)]));
  return values;
}

double largest_size(const Tensor& x) {
  const std::vector<real> maps = x.values();
  double most = 0;
  for (int64_t i = 0; i < x.dim(1) * x.dim(2) * x.dim(3); ++i)
    most = std::max(most, std::abs(static_cast<double>(maps[static_cast<size_t>(i)])));
  return most;
}

std::vector<int64_t> shown_channels(const BlockMaps& block) {
  if (static_cast<int64_t>(block.order.size()) <= 2 * kShown) return block.order;
  std::vector<int64_t> shown(block.order.begin(), block.order.begin() + kShown);
  shown.insert(shown.end(), block.order.end() - kShown, block.order.end());
  return shown;
}

void centred(Picture& picture, int64_t left, int64_t y, const std::string& text) {
  draw_text(picture, left + (kMapSize - text_width(text)) / 2, y, text, kInk);
}

}  // namespace

Picture feature_map_picture(const BlockMaps& block, int64_t columns) {
  const std::vector<int64_t> channels = shown_channels(block);
  const int64_t bands = (static_cast<int64_t>(channels.size()) + columns - 1) / columns;
  const int64_t band = kTitle + 2 * kMapSize + 4 + kMapGap;
  Picture picture(2 * kMapMargin + columns * (kMapSize + kMapGap) - kMapGap, 2 * kMapMargin + bands * band,
                  kPaper);
  const double most = std::max(largest_size(block.before), largest_size(block.after));
  for (size_t i = 0; i < channels.size(); ++i) {
    const int64_t c = channels[i], place = static_cast<int64_t>(i);
    const int64_t x = kMapMargin + place % columns * (kMapSize + kMapGap),
                  y = kMapMargin + place / columns * band;
    centred(picture, x, y, format("#%lld", static_cast<long long>(c)));
    centred(picture, x, y + 20, format("%.2f", block.gates[static_cast<size_t>(c)]));
    int64_t top = y + kTitle;
    for (const Tensor& maps : {block.before, block.after}) {
      const Picture map =
          fitted(signed_picture(channel_of(maps, c), maps.dim(2), maps.dim(1), most), kMapSize);
      picture.paste(map, x + (kMapSize - map.width()) / 2, top + (kMapSize - map.height()) / 2);
      top += kMapSize + 4;
    }
  }
  return picture;
}

}  // namespace eca
