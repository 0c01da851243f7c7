#include "data/image_set.hpp"

#include <algorithm>
#include <exception>

#include "core/base/error.hpp"
#include "core/parallel/threads.hpp"
#include "data/images/image_file.hpp"
#include "data/pixel_sums.hpp"

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

struct SumsOrError {
  PixelSums sums;
  std::exception_ptr error;
};

SumsOrError sums_of_image(const ImageSet& set, int64_t i) {
  SumsOrError result;
  try {
    if (const std::optional<FoundImage> found = find_image(set, i)) result.sums.add(found->view);
  } catch (...) {
    result.error = std::current_exception();
  }
  return result;
}

}  // namespace

Normalisation compute_normalisation(const ImageSet& set, int64_t most) {
  if (set.size() == 0) throw Error("normalisation: " + set.name + " holds no images");
  if (set.channels > 4) throw Error("normalisation: " + set.name + " has more than 4 channels");
  const int64_t N = std::min(set.size(), most);
  PixelSums all;
  constexpr int64_t kTogether = 4096;
  for (int64_t begin = 0; begin < N; begin += kTogether) {
    std::vector<SumsOrError> of_image(static_cast<size_t>(std::min(kTogether, N - begin)));
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads_for(std::ssize(of_image)))
    for (int64_t k = 0; k < std::ssize(of_image); ++k) {
      // the product stays below 2^63: most is small where the set is large
      of_image[static_cast<size_t>(k)] =
          sums_of_image(set, N == set.size() ? begin + k : (begin + k) * set.size() / N);
    }
    for (const SumsOrError& image : of_image) {
      if (image.error) std::rethrow_exception(image.error);
      all.add(image.sums);
    }
  }
  if (all.pixels == 0) throw FileError(set.name, "holds no image that can be read");
  return normalisation_of(all, set.channels);
}

}  // namespace eca
