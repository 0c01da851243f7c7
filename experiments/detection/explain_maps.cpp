#include "experiments/detection/explain_maps.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/format.hpp"
#include "experiments/drawing/heat_map.hpp"
#include "experiments/drawing/layout.hpp"

namespace eca {

static constexpr int64_t kMapSide = 192;
static constexpr Colour kRegionColour = {255, 255, 255}, kRegionOnImage = {200, 0, 0},
                        kSampleColour = {0, 80, 230}, kPixelColour = {120, 120, 120};

Picture map_picture(const Tensor& map) {
  const int64_t height = map.dim(1), width = map.dim(2), C = map.dim(3);
  const std::vector<real> x = map.values();
  std::vector<double> values(static_cast<size_t>(height * width));
  for (size_t i = 0; i < values.size(); ++i) {
    for (size_t c = 0; c < static_cast<size_t>(C); ++c) {
      const auto value = static_cast<double>(x[i * static_cast<size_t>(C) + c]);
      values[i] += value * value / static_cast<double>(C);
    }
    values[i] = std::sqrt(values[i]);
  }
  return heat_picture(values, width, height, *std::max_element(values.begin(), values.end()));
}

static std::string size_text(const Tensor& map) {
  return format("%lldx%lldx%lld", static_cast<long long>(map.dim(1)), static_cast<long long>(map.dim(2)),
                static_cast<long long>(map.dim(3)));
}

Picture pyramid_picture(const std::vector<NamedMap>& of_body, const std::vector<NamedMap>& of_pyramid) {
  std::vector<Picture> rows;
  for (const auto* maps : {&of_body, &of_pyramid}) {
    std::vector<Picture> panels;
    for (const auto& [name, map] : *maps)
      panels.push_back(ExplainPanel(map_picture(map), kMapSide).titled(name + " " + size_text(map)));
    rows.push_back(tiled(panels, std::ssize(panels), 12));
  }
  return with_margin(stacked(rows, 12), 12);
}

PixelBox shown_of_map(const CornerBox& region, int64_t height, int64_t width) {
  const auto from = [](double at) { return std::max<int64_t>(0, static_cast<int64_t>(std::floor(at))); };
  const auto to = [](double at, int64_t most) {
    return std::min(most, static_cast<int64_t>(std::ceil(at)) + 1);
  };
  const int64_t top = from(region.y1), left = from(region.x1);
  return {.top = top,
          .left = left,
          .height = std::max<int64_t>(1, to(region.y2, height) - top),
          .width = std::max<int64_t>(1, to(region.x2, width) - left)};
}

static CornerBox scaled(const CornerBox& box, double by) {
  return {box.x1 * by, box.y1 * by, box.x2 * by, box.y2 * by};
}

// Of a map's picture: its pixel i covers i to i + 1, and what RoIAlign calls the place i is the middle of it.
static CornerBox on_picture(const CornerBox& box) {
  return {box.x1 + 0.5, box.y1 + 0.5, box.x2 + 0.5, box.y2 + 0.5};
}

// Lines between the bins, the samples, and the middles of the map's pixels.
static void draw_samples(ExplainPanel& panel, const CornerBox& region, const RoiAlignOptions& options,
                         const PixelBox& shown) {
  for (int64_t i = shown.top; i < shown.top + shown.height; ++i) {
    for (int64_t j = shown.left; j < shown.left + shown.width; ++j)
      panel.draw_dot(static_cast<double>(j) + 0.5, static_cast<double>(i) + 0.5, kPixelColour, 9);
  }
  const CornerBox box = on_picture(region);
  const auto part = [](double from, double to, int64_t i, int64_t of) {
    return from + (to - from) * static_cast<double>(i) / static_cast<double>(of);
  };
  for (int64_t p = 0; p <= options.height; ++p) {
    const double y = part(box.y1, box.y2, p, options.height);
    panel.draw_line_between({box.x1, y}, {box.x2, y}, {.colour = kRegionColour, .width = 1});
  }
  for (int64_t q = 0; q <= options.width; ++q) {
    const double x = part(box.x1, box.x2, q, options.width);
    panel.draw_line_between({x, box.y1}, {x, box.y2}, {.colour = kRegionColour, .width = 1});
  }
  for (const double v : roi_samples(region.y1, region.y2, options.height, options)) {
    for (const double u : roi_samples(region.x1, region.x2, options.width, options))
      panel.draw_dot(u + 0.5, v + 0.5, kSampleColour, 4);
  }
}

Picture roi_align_picture(const Image& image, const std::vector<Tensor>& maps, const RoiLevels& levels,
                          const CornerBox& region, const RoiAlignOptions& options) {
  const int64_t level = levels.of(region);
  const Tensor& map = maps[static_cast<size_t>(level - levels.least)];
  const double scale = std::ldexp(1., -static_cast<int>(level));
  const CornerBox on_map = scaled(region, scale);
  const Picture heat = map_picture(map);
  const PixelBox shown = shown_of_map(on_map, map.dim(1), map.dim(2));

  ExplainPanel on_image(picture_of(image)), whole(heat), samples(heat, shown);
  on_image.draw_box(region, {.colour = kRegionOnImage, .width = 3});
  whole.draw_box(on_picture(on_map), {.colour = kRegionColour, .width = 3});
  draw_samples(samples, on_map, options, shown);
  const ExplainPanel pooled(map_picture(roi_align(map, scale, {{0, region}}, options)));
  return explain_sheet(
      {on_image.titled(format("%.0f x %.0f pixels", region.height(), region.width())),
       whole.titled(
           format("p%lld: %.1f x %.1f of ", static_cast<long long>(level), on_map.height(), on_map.width()) +
           size_text(map)),
       samples.titled(format("%lld x %lld bins, their samples", static_cast<long long>(options.height),
                             static_cast<long long>(options.width))),
       pooled.titled(format("their means: %lldx%lldx%lld", static_cast<long long>(options.height),
                            static_cast<long long>(options.width), static_cast<long long>(map.dim(3))))});
}

}  // namespace eca
