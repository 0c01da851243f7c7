#include "experiments/drawing/picture.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/error.hpp"

namespace eca {

Colour mixed(Colour a, Colour b, double share) {
  const auto mix = [share](uint8_t from, uint8_t to) {
    return static_cast<uint8_t>(std::lround((1 - share) * from + share * to));
  };
  return {mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b)};
}

Picture::Picture(int64_t width, int64_t height, Colour colour) : width_(width), height_(height) {
  if (width < 1 || height < 1)
    throw Error("picture: " + std::to_string(width) + "x" + std::to_string(height) +
                ", expected at least 1x1");
  pixels_.resize(static_cast<size_t>(3 * width * height));
  fill(0, 0, width, height, colour);
}

Picture::Picture(const uint8_t* pixels, int64_t width, int64_t height, int64_t channels)
    : Picture(width, height) {
  for (int64_t i = 0; i < width * height; ++i) {
    for (int64_t c = 0; c < 3; ++c)
      pixels_[static_cast<size_t>(3 * i + c)] = pixels[i * channels + std::min(c, channels - 1)];
  }
}

Colour Picture::at(int64_t x, int64_t y) const {
  const uint8_t* pixel = &pixels_[static_cast<size_t>(3 * (y * width_ + x))];
  return {pixel[0], pixel[1], pixel[2]};
}

void Picture::set(int64_t x, int64_t y, Colour colour) {
  if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
  uint8_t* pixel = &pixels_[static_cast<size_t>(3 * (y * width_ + x))];
  pixel[0] = colour.r, pixel[1] = colour.g, pixel[2] = colour.b;
}

void Picture::fill(int64_t x, int64_t y, int64_t width, int64_t height, Colour colour) {
  for (int64_t row = y; row < y + height; ++row) {
    for (int64_t column = x; column < x + width; ++column) set(column, row, colour);
  }
}

void Picture::paste(const Picture& picture, int64_t x, int64_t y) {
  for (int64_t row = 0; row < picture.height(); ++row) {
    for (int64_t column = 0; column < picture.width(); ++column)
      set(x + column, y + row, picture.at(column, row));
  }
}

// The mean of the pixels under each new one.
static Picture shrunk(const Picture& picture, int64_t width, int64_t height) {
  Picture small(width, height);
  for (int64_t y = 0; y < height; ++y) {
    const int64_t top = y * picture.height() / height,
                  bottom = std::max(top + 1, (y + 1) * picture.height() / height);
    for (int64_t x = 0; x < width; ++x) {
      const int64_t left = x * picture.width() / width,
                    right = std::max(left + 1, (x + 1) * picture.width() / width);
      int64_t r = 0, g = 0, b = 0;
      const int64_t count = (bottom - top) * (right - left);
      for (int64_t i = 0; i < count; ++i) {
        const Colour colour = picture.at(left + i % (right - left), top + i / (right - left));
        r += colour.r, g += colour.g, b += colour.b;
      }
      small.set(x, y,
                {static_cast<uint8_t>(r / count), static_cast<uint8_t>(g / count),
                 static_cast<uint8_t>(b / count)});
    }
  }
  return small;
}

static Picture enlarged(const Picture& picture, int64_t times) {
  Picture large(picture.width() * times, picture.height() * times);
  for (int64_t y = 0; y < large.height(); ++y) {
    for (int64_t x = 0; x < large.width(); ++x) large.set(x, y, picture.at(x / times, y / times));
  }
  return large;
}

Picture fitted(const Picture& picture, int64_t side) {
  const int64_t longer = std::max(picture.width(), picture.height());
  if (longer <= side) return enlarged(picture, side / longer);
  return shrunk(picture, std::max<int64_t>(1, picture.width() * side / longer),
                std::max<int64_t>(1, picture.height() * side / longer));
}

}  // namespace eca
