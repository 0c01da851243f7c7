// Images in memory as PNG or JPEG files in memory, for tests to write whole or to damage first.
#pragma once

#include <cstdint>
#include <vector>

namespace eca::test {

// pixels: (height,width,channels)
std::vector<uint8_t> encode_png(const std::vector<uint8_t>& pixels, int height, int width, int channels);
std::vector<uint8_t> encode_jpeg(const std::vector<uint8_t>& pixels, int height, int width, int channels);

// An image of one colour.
std::vector<uint8_t> plain_image(int height, int width, const std::vector<uint8_t>& colour);

}  // namespace eca::test
