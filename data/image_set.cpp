#include "data/image_set.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <exception>

#include "core/base/error.hpp"
#include "core/parallel/threads.hpp"
#include "data/images/image_file.hpp"

namespace eca {

std::optional<FoundImage> find_image(const ImageSet& set, int64_t i) {
  if (set.unreadable && set.unreadable->contains(i)) return std::nullopt;
  if (!set.source) return FoundImage{{set.image(i), set.height, set.width, set.channels}, nullptr};
  try {
    const std::shared_ptr<const Image> image = set.source->read(i);
    return FoundImage{view_of(*image), image};
  } catch (const FileError& error) {
    if (!set.unreadable) throw;
    set.unreadable->add(i, error.what());
    return std::nullopt;
  }
}

static int64_t next_of_class(const ImageSet& set, int64_t i) {
  const int32_t label = set.labels[static_cast<size_t>(i)];
  do {
    i = (i + 1) % set.size();
  } while (set.labels[static_cast<size_t>(i)] != label);
  return i;
}

int64_t find_image_or_next(const ImageSet& set, int64_t i, FoundImage& found) {
  int64_t at = i;
  do {
    if (std::optional<FoundImage> image = find_image(set, at)) {
      found = std::move(*image);
      return at;
    }
    at = next_of_class(set, at);
  } while (at != i);
  const auto label = static_cast<size_t>(set.labels[static_cast<size_t>(i)]);
  throw FileError(set.name, "holds no image of class \"" + set.classes[label] + "\" that can be read");
}

std::vector<uint8_t> pixels_of(const ImageSet& set, int64_t i) {
  FoundImage found;
  find_image_or_next(set, i, found);
  const PixelView& view = found.view;
  if (found.owner && (view.height != set.height || view.width != set.width))
    return resized_and_cropped(*found.owner, set.height, set.channels);
  return {view.pixels, view.pixels + set.image_size()};
}

std::vector<int64_t> images_per_class(const ImageSet& set) {
  std::vector<int64_t> counts(set.classes.size());
  for (const int32_t label : set.labels) ++counts[static_cast<size_t>(label)];
  return counts;
}

namespace {

// Integer sums are exact: 64 bits hold the squares of 2.8e14 pixels.
struct PixelSums {
  std::array<uint64_t, 4> sum{}, squares{};  // of each channel
  uint64_t pixels = 0;
  std::exception_ptr error;

  void add(const PixelSums& other) {
    pixels += other.pixels;
    for (size_t c = 0; c < sum.size(); ++c) {
      sum[c] += other.sum[c];
      squares[c] += other.squares[c];
    }
  }
};

PixelSums sums_of_image(const ImageSet& set, int64_t i) {
  PixelSums sums;
  try {
    const std::optional<FoundImage> found = find_image(set, i);
    if (!found) return sums;
    const PixelView& view = found->view;
    const auto C = static_cast<size_t>(view.channels);
    sums.pixels = static_cast<uint64_t>(view.height * view.width);
    for (size_t p = 0; p < sums.pixels; ++p) {
      for (size_t c = 0; c < C; ++c) {
        const uint64_t x = view.pixels[p * C + c];
        sums.sum[c] += x;
        sums.squares[c] += x * x;
      }
    }
  } catch (...) {
    sums.error = std::current_exception();
  }
  return sums;
}

}  // namespace

Normalisation compute_normalisation(const ImageSet& set, int64_t most) {
  if (set.size() == 0) throw Error("normalisation: " + set.name + " holds no images");
  if (set.channels > 4) throw Error("normalisation: " + set.name + " has more than 4 channels");
  const int64_t N = std::min(set.size(), most);
  PixelSums all;
  constexpr int64_t kTogether = 4096;
  for (int64_t begin = 0; begin < N; begin += kTogether) {
    std::vector<PixelSums> sums(static_cast<size_t>(std::min(kTogether, N - begin)));
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads_for(std::ssize(sums)))
    for (int64_t k = 0; k < std::ssize(sums); ++k) {
      // the product stays below 2^63: most is small where the set is large
      sums[static_cast<size_t>(k)] =
          sums_of_image(set, N == set.size() ? begin + k : (begin + k) * set.size() / N);
    }
    for (const PixelSums& image : sums) {
      if (image.error) std::rethrow_exception(image.error);
      all.add(image);
    }
  }
  if (all.pixels == 0) throw FileError(set.name, "holds no image that can be read");

  const auto count = static_cast<double>(all.pixels);
  Normalisation result;
  for (size_t c = 0; c < static_cast<size_t>(set.channels); ++c) {
    const double mean = static_cast<double>(all.sum[c]) / count;
    const double variance = static_cast<double>(all.squares[c]) / count - mean * mean;
    result.mean.push_back(mean / 255);
    result.std.push_back(variance > 0 ? std::sqrt(variance) / 255 : 1);
  }
  return result;
}

}  // namespace eca
