#include "data/images/resample.hpp"

#include <algorithm>
#include <cmath>

namespace eca {

namespace {

// The input pixels first, first + 1, ... of one axis that an output pixel is made of; the weights sum to 1.
struct Taps {
  int64_t first;
  std::vector<float> weights;
};

Taps taps_around(double centre, double radius, int64_t extent) {
  const auto first = static_cast<int64_t>(std::ceil(centre - radius - 0.5));
  const auto last = static_cast<int64_t>(std::floor(centre + radius - 0.5));
  Taps taps = {std::max<int64_t>(first, 0), {}};
  double sum = 0;
  for (int64_t i = taps.first; i <= std::min(last, extent - 1); ++i) {
    const double weight = 1 - std::abs(static_cast<double>(i) + 0.5 - centre) / radius;
    taps.weights.push_back(static_cast<float>(weight));
    sum += weight;
  }
  for (float& weight : taps.weights) weight = static_cast<float>(weight / sum);
  return taps;
}

// Of the `size` output pixels in the middle of an axis of `extent` pixels.
std::vector<Taps> taps_of_axis(int64_t extent, int64_t size, double scale) {
  const double middle = static_cast<double>(extent) / 2, half = static_cast<double>(size) / 2;
  std::vector<Taps> taps;
  for (int64_t i = 0; i < size; ++i) {
    const double centre = middle + (static_cast<double>(i) + 0.5 - half) / scale;
    taps.push_back(taps_around(centre, std::max(1.0, 1 / scale), extent));
  }
  return taps;
}

// pixels: the first of those that the taps count from; `stride` values from one row to the next.
std::vector<uint8_t> weighted_means(const uint8_t* pixels, int64_t stride, int64_t channels,
                                    const std::vector<Taps>& rows, const std::vector<Taps>& columns) {
  // Only these columns are needed.
  const int64_t begin = columns.front().first * channels;
  const int64_t end = (columns.back().first + std::ssize(columns.back().weights)) * channels;
  std::vector<float> row(static_cast<size_t>(end - begin));  // one output row, not yet resampled along x
  std::vector<uint8_t> out;
  out.reserve(rows.size() * columns.size() * static_cast<size_t>(channels));
  for (const Taps& y : rows) {
    std::fill(row.begin(), row.end(), 0.0F);
    for (size_t j = 0; j < y.weights.size(); ++j) {
      const float weight = y.weights[j];
      const uint8_t* in = pixels + (y.first + static_cast<int64_t>(j)) * stride + begin;
      for (size_t i = 0; i < row.size(); ++i) row[i] += weight * static_cast<float>(in[i]);
    }
    for (const Taps& x : columns) {
      for (int64_t c = 0; c < channels; ++c) {
        const float* in = &row[static_cast<size_t>(x.first * channels - begin + c)];
        float value = 0;
        for (size_t j = 0; j < x.weights.size(); ++j)
          value += x.weights[j] * in[j * static_cast<size_t>(channels)];
        out.push_back(static_cast<uint8_t>(value + 0.5F));
      }
    }
  }
  return out;
}

}  // namespace

std::vector<uint8_t> resampled_box(const PixelView& image, const PixelBox& box, int64_t height,
                                   int64_t width) {
  const auto taps = [](int64_t extent, int64_t size) {
    return taps_of_axis(extent, size, static_cast<double>(size) / static_cast<double>(extent));
  };
  return weighted_means(image.pixels + (box.top * image.width + box.left) * image.channels,
                        image.width * image.channels, image.channels, taps(box.height, height),
                        taps(box.width, width));
}

std::vector<uint8_t> resampled_middle(const PixelView& image, int64_t size, double scale) {
  return weighted_means(image.pixels, image.width * image.channels, image.channels,
                        taps_of_axis(image.height, size, scale), taps_of_axis(image.width, size, scale));
}

}  // namespace eca
