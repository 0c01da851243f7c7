#include "data/detection/placement.hpp"

#include <algorithm>
#include <cmath>

#include "data/images/resample.hpp"

namespace eca {

namespace {

double as_real(int64_t n) { return static_cast<double>(n); }

bool lies_inside(const Box& box, int64_t height, int64_t width) {
  return box.x >= 0 && box.y >= 0 && box.x + box.width <= as_real(width) &&
         box.y + box.height <= as_real(height);
}

Box inside(const Box& box, int64_t height, int64_t width) {
  if (lies_inside(box, height, width)) return box;  // to the last bit
  const double left = std::clamp(box.x, 0., as_real(width)), top = std::clamp(box.y, 0., as_real(height));
  const double right = std::clamp(box.x + box.width, 0., as_real(width));
  const double bottom = std::clamp(box.y + box.height, 0., as_real(height));
  return {left, top, right - left, bottom - top};
}

}  // namespace

Box Placement::to_canvas(const Box& box) const {
  const double scale_x = as_real(width) / as_real(image_width),
               scale_y = as_real(height) / as_real(image_height);
  const double x = mirrored ? as_real(image_width) - box.x - box.width : box.x;
  return {as_real(left) + x * scale_x, as_real(top) + box.y * scale_y, box.width * scale_x,
          box.height * scale_y};
}

Box Placement::to_image(const Box& box) const {
  const double scale_x = as_real(image_width) / as_real(width),
               scale_y = as_real(image_height) / as_real(height);
  const double x = (box.x - as_real(left)) * scale_x, box_width = box.width * scale_x;
  return inside({mirrored ? as_real(image_width) - x - box_width : x, (box.y - as_real(top)) * scale_y,
                 box_width, box.height * scale_y},
                image_height, image_width);
}

Placement fitted_placement(int64_t image_height, int64_t image_width, const CanvasSize& canvas) {
  const double scale =
      std::min(as_real(canvas.height) / as_real(image_height), as_real(canvas.width) / as_real(image_width));
  const auto scaled = [scale](int64_t extent, int64_t most) {
    return std::clamp<int64_t>(std::llround(scale * as_real(extent)), 1, most);
  };
  return {.image_height = image_height,
          .image_width = image_width,
          .height = scaled(image_height, canvas.height),
          .width = scaled(image_width, canvas.width)};
}

namespace {

// The range of an axis of the canvas on which the image lies.
struct Span {
  int64_t begin, end;
};

Span covered(int64_t first, int64_t extent, int64_t canvas) {
  return {std::clamp<int64_t>(first, 0, canvas), std::clamp<int64_t>(first + extent, 0, canvas)};
}

// The column of the resized image in column x of the canvas.
int64_t column_of(const Placement& placement, int64_t x) {
  const int64_t column = x - placement.left;
  return placement.mirrored ? placement.width - 1 - column : column;
}

Image placed_image(const Image& image, const Placement& placement, const CanvasSize& canvas) {
  const bool as_it_is = image.height == placement.height && image.width == placement.width;
  std::vector<uint8_t> resampled;
  if (!as_it_is)
    resampled =
        resampled_box(view_of(image), {0, 0, image.height, image.width}, placement.height, placement.width);
  const std::vector<uint8_t>& pixels = as_it_is ? image.pixels : resampled;
  Image out{.height = canvas.height,
            .width = canvas.width,
            .pixels = std::vector<uint8_t>(static_cast<size_t>(3 * canvas.height * canvas.width))};
  const Span rows = covered(placement.top, placement.height, canvas.height);
  const Span columns = covered(placement.left, placement.width, canvas.width);
  for (int64_t y = rows.begin; y < rows.end; ++y) {
    const uint8_t* row = &pixels[static_cast<size_t>(3 * (y - placement.top) * placement.width)];
    uint8_t* to = &out.pixels[static_cast<size_t>(3 * (y * canvas.width + columns.begin))];
    for (int64_t x = columns.begin; x < columns.end; ++x)
      to = std::copy_n(row + 3 * column_of(placement, x), 3, to);
  }
  return out;
}

// Pixel `i` of `from` pixels whose centre is nearest that of pixel `at` of `to`.
int64_t nearest(int64_t at, int64_t from, int64_t to) { return (2 * at + 1) * from / (2 * to); }

Rle placed_mask(const Rle& mask, const Placement& placement, const CanvasSize& canvas) {
  const std::vector<uint8_t> on = decode_rle(mask);
  std::vector<uint8_t> out(static_cast<size_t>(canvas.height * canvas.width));
  const Span rows = covered(placement.top, placement.height, canvas.height);
  const Span columns = covered(placement.left, placement.width, canvas.width);
  for (int64_t y = rows.begin; y < rows.end; ++y) {
    const int64_t source_row = nearest(y - placement.top, mask.height, placement.height);
    for (int64_t x = columns.begin; x < columns.end; ++x) {
      const int64_t source_column = nearest(column_of(placement, x), mask.width, placement.width);
      out[static_cast<size_t>(y * canvas.width + x)] =
          on[static_cast<size_t>(source_row * mask.width + source_column)];
    }
  }
  return encode_rle(out, canvas.height, canvas.width);
}

// Nothing where it is dropped.
std::optional<DetectionObject> placed_object(const DetectionObject& object, const Placement& placement,
                                             const CanvasSize& canvas) {
  DetectionObject moved = object;
  const Box whole = placement.to_canvas(object.box);
  moved.box = inside(whole, canvas.height, canvas.width);
  const double kept = whole.area() > 0 ? moved.box.area() / whole.area() : 0;
  if (kept < kLeastKept) return std::nullopt;
  if (object.mask) {
    moved.mask = placed_mask(*object.mask, placement, canvas);
    moved.area = static_cast<double>(area(*moved.mask));
    if (moved.area == 0) return std::nullopt;
    if (!lies_inside(whole, canvas.height, canvas.width)) moved.box = bounding_box(*moved.mask);
  } else {
    moved.area = object.area * kept * as_real(placement.height * placement.width) /
                 as_real(placement.image_height * placement.image_width);
  }
  if (moved.box.width < 1 || moved.box.height < 1) return std::nullopt;
  return moved;
}

}  // namespace

DetectionExample placed(const DetectionExample& example, const Placement& placement,
                        const CanvasSize& canvas) {
  DetectionExample out{.image = placed_image(example.image, placement, canvas), .objects = {}};
  for (const DetectionObject& object : example.objects) {
    if (auto moved = placed_object(object, placement, canvas)) out.objects.push_back(std::move(*moved));
  }
  return out;
}

}  // namespace eca
