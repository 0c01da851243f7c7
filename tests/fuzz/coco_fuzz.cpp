#include "core/base/error.hpp"
#include "data/coco/coco_json.hpp"
#include "tests/fuzz/reader.hpp"

using namespace eca;

namespace {

std::string_view text_in(fuzz::Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A mask that was read is whole: as pixels and back it is the same, and so it is as a text.
void check_mask(const Rle& mask) {
  constexpr int64_t kMostPixels = 1 << 16;
  const bool as_text = rle_from_text(rle_text(mask), mask.height, mask.width) == mask;
  const bool as_pixels =
      mask.height * mask.width > kMostPixels || encode_rle(decode_rle(mask), mask.height, mask.width) == mask;
  const Box box = bounding_box(mask);
  const bool box_inside = box.x >= 0 && box.y >= 0 && box.x + box.width <= static_cast<double>(mask.width) &&
                          box.y + box.height <= static_cast<double>(mask.height);
  if (!as_text || !as_pixels || !box_inside || static_cast<double>(area(mask)) > box.area()) __builtin_trap();
}

}  // namespace

// Annotations.
void fuzz::read_coco(Bytes bytes) {
  for (const CocoObject& object : parse_coco(text_in(bytes), "fuzz").objects) {
    if (object.mask) check_mask(*object.mask);
  }
}

// Results, on two images and two categories.
void fuzz::read_coco_results(Bytes bytes) {
  const CocoDataset set = {.name = "set",
                           .images = {{1, "1", 4, 6}, {2, "2", 300, 200}},
                           .categories = {{1, "a"}, {3, "b"}},
                           .objects = {}};
  for (const CocoDetection& detection : parse_coco_results(text_in(bytes), "fuzz", set)) {
    if (detection.mask) check_mask(*detection.mask);
  }
}

// A mask, of as many pixels as the first two bytes say: the text of its counts.
void fuzz::read_coco_rle(Bytes bytes) {
  if (bytes.size() < 2) return;
  check_mask(rle_from_text(text_in(bytes.subspan(2)), bytes[0], bytes[1]));
}
