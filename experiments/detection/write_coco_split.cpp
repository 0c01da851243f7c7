#include "experiments/detection/write_coco_split.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "core/base/error.hpp"
#include "core/files/make_folder.hpp"
#include "core/parallel/threads.hpp"
#include "data/by_threads.hpp"
#include "data/coco/coco_json.hpp"
#include "experiments/drawing/png_bytes.hpp"

namespace eca {

// So many at once, then `done` is called.
static constexpr int64_t kAtOnce = 32;

static void write_image(const std::string& path, const Image& image) {
  const std::string bytes = png_bytes(Picture(image.pixels.data(), image.width, image.height, 3));
  errno = 0;
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), std::ssize(bytes));
  file.close();
  if (!file) throw FileError(path, std::string("cannot be written: ") + std::strerror(errno));
}

CocoDataset write_coco_split(const std::string& dir, const std::string& split, const DetectionSet& set,
                             const std::function<void(int64_t images)>& done) {
  const std::string images = dir + "/images/" + split;
  make_folder(images);
  make_folder(dir + "/annotations");
  CocoDataset truth = truth_without_images(set);
  for (int64_t first = 0; first < set.size(); first += kAtOnce) {
    std::vector<DetectionExample> examples(static_cast<size_t>(std::min(kAtOnce, set.size() - first)));
    by_threads(std::ssize(examples), threads(), [&](int64_t n) {
      DetectionExample& example = examples[static_cast<size_t>(n)];
      example = set.at(first + n);
      write_image(images + "/" + example_file_name(first + n), example.image);
    });
    for (const DetectionExample& example : examples)
      add_example(truth, example, example_file_name(std::ssize(truth.images)));
    done(std::ssize(truth.images));
  }
  write_coco(dir + "/annotations/instances_" + split + ".json", truth);
  return truth;
}

}  // namespace eca
