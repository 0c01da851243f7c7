// Pixels to draw on.
#pragma once

#include <cstdint>
#include <vector>

namespace eca {

struct Colour {
  uint8_t r, g, b;
  friend bool operator==(const Colour&, const Colour&) = default;
};
// What is drawn on, what writing has, and writing that matters less.
inline constexpr Colour kPaper = {255, 255, 255}, kInk = {30, 30, 30}, kPaleInk = {95, 104, 115};

// (1-share) a + share b
Colour mixed(Colour a, Colour b, double share);

class Picture {
 public:
  // Of one colour. Throws Error unless both extents are at least 1.
  Picture(int64_t width, int64_t height, Colour colour = kPaper);
  // From pixels (height,width,channels): 3 = RGB, 1 = grey.
  Picture(const uint8_t* pixels, int64_t width, int64_t height, int64_t channels);

  int64_t width() const { return width_; }
  int64_t height() const { return height_; }
  Colour at(int64_t x, int64_t y) const;
  // What lies outside is not drawn.
  void set(int64_t x, int64_t y, Colour colour);
  void fill(int64_t x, int64_t y, int64_t width, int64_t height, Colour colour);
  void paste(const Picture& picture, int64_t x, int64_t y);

  const std::vector<uint8_t>& pixels() const { return pixels_; }  // (height,width,3)

 private:
  int64_t width_, height_;
  std::vector<uint8_t> pixels_;
};

// Of the size that fits into a square of `side` pixels: enlarged a whole number of times, pixels stay squares; or resampled to
// have `side` pixels on its longer side where it is larger.
Picture fitted(const Picture& picture, int64_t side);

}  // namespace eca
