#include "data/detection/scene_ground.hpp"

#include <cmath>
#include <cstdint>

namespace eca {

namespace {

// Where a pixel's centre lies between two lines of a grid of `cells` cells.
struct Between {
  size_t line;
  double share;  // 0 on this line, 1 on the next, and level at both
};

Between between_lines(int64_t pixel, int64_t size, int64_t cells) {
  const double place =
      (static_cast<double>(pixel) + 0.5) * static_cast<double>(cells) / static_cast<double>(size);
  const double line = std::floor(place), t = place - line;
  return {static_cast<size_t>(line), t * t * (3 - 2 * t)};
}

// Adds `strength` times the noise: random values on the grid's crossings, smoothly blended between them.
void add_noise(std::vector<double>& values, int64_t size, int64_t cells, double strength, Random& random) {
  const auto lines = static_cast<size_t>(cells + 1);
  std::vector<double> grid;
  for (size_t i = 0; i < lines * lines; ++i) grid.push_back(strength * random.uniform());
  std::vector<Between> columns;
  for (int64_t x = 0; x < size; ++x) columns.push_back(between_lines(x, size, cells));
  double* value = values.data();
  for (int64_t y = 0; y < size; ++y) {
    const Between row = between_lines(y, size, cells);
    const double *upper = &grid[row.line * lines], *lower = upper + lines;
    for (const Between& column : columns) {
      const size_t i = column.line;
      const double above = upper[i] + column.share * (upper[i + 1] - upper[i]);
      const double below = lower[i] + column.share * (lower[i + 1] - lower[i]);
      *value++ += above + row.share * (below - above);
    }
  }
}

// From 0 to 1 and back, once in each whole number.
double wave(double phase) { return std::abs(2 * (phase - std::floor(phase)) - 1); }

}  // namespace

std::vector<double> draw_ground(int64_t size, Random& random) {
  const auto pixels = static_cast<size_t>(size * size);
  std::vector<double> noise(pixels);
  const auto coarse = static_cast<int64_t>(2 + random.below(5));
  add_noise(noise, size, coarse, 4. / 7, random);
  add_noise(noise, size, 2 * coarse, 2. / 7, random);
  add_noise(noise, size, 4 * coarse, 1. / 7, random);

  const double stripes = random.uniform() < 0.5 ? random.uniform(0.3, 0.7) : 0;  // their share
  // Stripes a picture holds, across and down.
  const double across = random.uniform(-12, 12), down = random.uniform(-12, 12);
  double one[3], other[3];
  for (int c = 0; c < 3; ++c) one[c] = random.uniform(), other[c] = random.uniform();

  std::vector<double> ground;
  ground.reserve(3 * pixels);
  for (int64_t y = 0; y < size; ++y) {
    for (int64_t x = 0; x < size; ++x) {
      double share = noise[static_cast<size_t>(y * size + x)];
      if (stripes > 0) {
        const double phase =
            (across * static_cast<double>(x) + down * static_cast<double>(y)) / static_cast<double>(size);
        share = (1 - stripes) * share + stripes * wave(phase + 2 * share);
      }
      for (int c = 0; c < 3; ++c) ground.push_back(one[c] + share * (other[c] - one[c]));
    }
  }
  return ground;
}

}  // namespace eca
