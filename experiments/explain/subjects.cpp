#include "experiments/explain/subjects.hpp"

#include <algorithm>
#include <filesystem>

#include "data/augment.hpp"
#include "data/file_bytes.hpp"
#include "data/images/decode_image.hpp"
#include "data/images/image_file.hpp"

namespace eca {

static constexpr int64_t kMostShown = 448;

ExplainedImage subject_of(const ImageSet& set, int64_t i) {
  const std::vector<uint8_t> pixels = pixels_of(set, i);
  const Picture shown(pixels.data(), set.width, set.height, set.channels);
  return {.name = "test image " + std::to_string(i),
          .label = set.classes[static_cast<size_t>(set.labels[static_cast<size_t>(i)])],
          .image = {.height = set.height, .width = set.width, .pixels = shown.pixels()},
          .whole = true,
          .shown = shown};
}

ExplainedImage subject_of(const std::string& path, bool exif) {
  const Image image = decode_image(path, read_bytes(path), exif);
  const int64_t side = std::min({image.height, image.width, kMostShown});
  const std::vector<uint8_t> middle = resized_and_cropped(image, side, 3);
  return {.name = std::filesystem::path(path).filename().string(),
          .label = "",
          .image = image,
          .whole = false,
          .shown = Picture(middle.data(), side, side, 3)};
}

// Of RGB pixels whose channels are alike.
static std::vector<uint8_t> first_channel(const std::vector<uint8_t>& rgb) {
  std::vector<uint8_t> grey;
  for (size_t i = 0; i < rgb.size(); i += 3) grey.push_back(rgb[i]);
  return grey;
}

Tensor input_of(const ExplainedImage& subject, const ModelCard& card) {
  const int64_t channels = card.model.in_channels;
  const int64_t H = subject.whole ? subject.image.height : card.image_size;
  const int64_t W = subject.whole ? subject.image.width : card.image_size;
  const std::vector<uint8_t> pixels =
      !subject.whole  ? resized_and_cropped(subject.image, card.image_size, channels, card.resize)
      : channels == 1 ? first_channel(subject.image.pixels)
                      : subject.image.pixels;
  Tensor x = Tensor::empty({1, H, W, channels});
  std::vector<real> values(static_cast<size_t>(x.numel()));
  normalise_image(values.data(), pixels.data(), H, W, PixelTable(card.normalisation));
  x.assign(values);
  return x.set_name(subject.name);
}

std::vector<int64_t> spread_over_classes(const ImageSet& set, int64_t count) {
  std::vector<std::vector<int64_t>> of_class(set.classes.size());
  for (int64_t i = 0; i < set.size(); ++i)
    of_class[static_cast<size_t>(set.labels[static_cast<size_t>(i)])].push_back(i);
  std::vector<int64_t> chosen;
  for (size_t round = 0; static_cast<int64_t>(chosen.size()) < std::min(count, set.size()); ++round) {
    for (const std::vector<int64_t>& images : of_class) {
      if (round < images.size() && static_cast<int64_t>(chosen.size()) < count)
        chosen.push_back(images[round]);
    }
  }
  return chosen;
}

}  // namespace eca
