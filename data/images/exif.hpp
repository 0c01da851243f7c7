// The orientation of a photograph: cameras store the pixels as the sensor lay, and beside them how to turn them.
//   CIPA DC-008 (EXIF 2.32), tag 0x0112; TIFF 6.0, section 2
//
//   value  stored row 0 is, stored column 0 is     to show it
//   1      top,             left                   as it is
//   2      top,             right                  mirror left-right
//   3      bottom,          right                  turn by 180 degrees
//   4      bottom,          left                   mirror top-bottom
//   5      left,            top                    transpose
//   6      right,           top                    turn by 90 degrees clockwise
//   7      right,           bottom                 transpose over the other diagonal
//   8      left,            bottom                 turn by 90 degrees anticlockwise
#pragma once

#include <cstdint>
#include <span>

#include "data/images/image.hpp"

namespace eca {

// The tag's value, 1 to 8, in a TIFF structure ("II*\0" or "MM\0*", then directories). 1 if there is no such tag, or the
// structure is damaged: pixels do not depend on it.
int exif_orientation(std::span<const uint8_t> tiff);

// The image as it is to be shown, its orientation 1.
Image upright(Image image);

}  // namespace eca
