#include "data/images/exif.hpp"

#include <stdexcept>

#include "tests/fuzz/reader.hpp"

void eca::fuzz::read_exif(Bytes bytes) {
  Image image{
      .height = 2, .width = 3, .pixels = std::vector<uint8_t>(18), .orientation = exif_orientation(bytes)};
  if (image.orientation < 1 || image.orientation > 8) throw std::logic_error("no orientation");
  if (upright(std::move(image)).pixels.size() != 18) throw std::logic_error("pixels were lost");
}
