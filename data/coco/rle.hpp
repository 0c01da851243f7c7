// Masks as run lengths, COCO's way: the pixels of a column from top to bottom, the columns from left to right, and of those in
// a row that are equal only how many they are. The first count is of pixels off (0, where the mask begins with one that is on),
// the second of pixels on, and so forth.
//
//   0 1 1
//   0 1 0     down the columns 0 0 1 1 1 0, counts 2 3 1
//
// In files the counts are a list, or a text: the differences to the count two before (from the fourth on), in groups of five
// bits, the lowest first, each a character above '0' whose sixth bit says that more follow; the last group's highest bit is
// the sign. Source of the format: cocodataset/cocoapi, common/maskApi.h.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/coco/box.hpp"

namespace eca {

// No side of a mask is longer.
inline constexpr int64_t kMaxMaskSide = 16384;

struct Rle {
  int64_t height = 0, width = 0;
  // As few as can be: none is 0 but the first. Together height * width.
  std::vector<uint32_t> counts = {};

  friend bool operator==(const Rle&, const Rle&) = default;
};

// mask (height,width), on where it is not 0.
Rle encode_rle(std::span<const uint8_t> mask, int64_t height, int64_t width);
// (height,width) of 0 and 1.
std::vector<uint8_t> decode_rle(const Rle& mask);

// Runs from a file, whose counts may hold zeros anywhere. Throws Error where a side is not 1 to kMaxMaskSide, a count is
// negative, or the counts do not sum up to the pixels.
Rle rle_from_counts(std::span<const int64_t> counts, int64_t height, int64_t width);
// The same of a text. Throws Error, too, for characters that are none of it, and a text that ends within a count.
Rle rle_from_text(std::string_view text, int64_t height, int64_t width);
std::string rle_text(const Rle& mask);

// Pixels that are on.
int64_t area(const Rle& mask);
// The smallest box of whole pixels around them; all 0 where there are none.
Box bounding_box(const Rle& mask);

// On where one of them is. Throws Error if their sizes differ.
Rle united(const Rle& a, const Rle& b);
//   IoU = pixels on in both / pixels on in one of them, or / pixels on in the detection where the truth is a crowd
// 0 where they have none in common. Throws Error if their sizes differ.
double mask_iou(const Rle& detection, const Rle& truth, bool crowd = false);

}  // namespace eca
