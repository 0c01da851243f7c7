#include "data/detection/detection_loader.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "core/base/error.hpp"
#include "core/parallel/threads.hpp"
#include "data/by_threads.hpp"
#include "data/epoch_batches.hpp"
#include "data/images/image_file.hpp"
#include "data/shuffle.hpp"

namespace eca {

namespace {

constexpr int64_t kChannels = 3;

void check_loader_options(const DetectionSet& set, const Normalisation& normalisation,
                          const DetectionLoaderOptions& options) {
  check_batch_size(options.batch_size, options.drop_last, set.size(), set.name());
  check_image_size(options.canvas.height);
  check_image_size(options.canvas.width);
  check_channels(normalisation, kChannels, set.name());
}

// Where a canvas reaches beyond its image. out: (H,W,3)
void clear_beside(real* out, const Placement& placement, const CanvasSize& canvas) {
  for (int64_t y = 0; y < canvas.height; ++y) {
    const bool beside = y < placement.top || y >= placement.top + placement.height;
    const int64_t begin = beside ? canvas.width : std::clamp<int64_t>(placement.left, 0, canvas.width);
    const int64_t end =
        beside ? canvas.width : std::clamp<int64_t>(placement.left + placement.width, 0, canvas.width);
    real* row = out + kChannels * y * canvas.width;
    std::fill(row, row + kChannels * begin, real{0});
    std::fill(row + kChannels * end, row + kChannels * canvas.width, real{0});
  }
}

}  // namespace

void fill_canvas(real* out, const Image& canvas_image, const Placement& placement, const CanvasSize& canvas,
                 const PixelTable& table) {
  normalise_image(out, canvas_image.pixels.data(), canvas.height, canvas.width, table);
  clear_beside(out, placement, canvas);
}

Tensor DetectionBatch::tensor() const {
  Tensor x = Tensor::empty({size(), canvas.height, canvas.width, kChannels});
  x.assign(std::span(images));
  return x.set_name("input");
}

DetectionLoader::DetectionLoader(const DetectionSet& set, const Normalisation& normalisation,
                                 const DetectionLoaderOptions& options)
    : set_(set), table_(normalisation), options_(options) {
  check_loader_options(set, normalisation, options);
}

int64_t DetectionLoader::batches() const {
  return batch_count(set_.size(), options_.batch_size, options_.drop_last);
}

void DetectionLoader::start_epoch(int64_t epoch, int64_t first_batch) {
  check_start(epoch, first_batch, batches());
  ahead_ = {};  // waits for what is under way, which reads what changes below
  epoch_ = epoch;
  next_batch_ = first_batch;
  order_.resize(static_cast<size_t>(set_.size()));
  std::iota(order_.begin(), order_.end(), 0);
  if (options_.shuffle) {
    Random random(options_.seed, Purpose::shuffle, static_cast<uint64_t>(epoch));
    shuffle(order_, random);
  }
  make_ahead();
}

void DetectionLoader::make_ahead() {
  if (!options_.ahead || next_batch_ == batches()) return;
  ahead_ = std::async(std::launch::async, [this, number = next_batch_] { return make_batch(number); });
}

bool DetectionLoader::next(DetectionBatch& batch) {
  if (epoch_ < 0) throw Error("loader: next() before the first start_epoch()");
  if (next_batch_ == batches()) return false;
  batch = ahead_.valid() ? ahead_.get() : make_batch(next_batch_);
  ++next_batch_;
  make_ahead();
  return true;
}

DetectionBatch DetectionLoader::make_batch(int64_t number) const {
  const int64_t first = number * options_.batch_size, N = std::min(options_.batch_size, set_.size() - first);
  const int64_t H = options_.canvas.height, W = options_.canvas.width;
  const auto n_images = static_cast<size_t>(N);
  DetectionBatch batch{.images = std::vector<real>(static_cast<size_t>(N * H * W * kChannels)),
                       .objects = std::vector<std::vector<DetectionObject>>(n_images),
                       .placements = std::vector<Placement>(n_images),
                       .indices = {order_.begin() + first, order_.begin() + first + N},
                       .canvas = options_.canvas};
  by_threads(N, threads(), [&](int64_t n) {
    const auto at = static_cast<size_t>(n);
    const DetectionExample example = set_.at(batch.indices[at]);
    batch.placements[at] =
        draw_placement(example.image.height, example.image.width, options_.canvas, options_.augment,
                       Random(options_.seed, Purpose::augment, static_cast<uint64_t>(epoch_),
                              static_cast<uint64_t>(batch.indices[at])));
    DetectionExample on_canvas = placed(example, batch.placements[at], options_.canvas);
    real* out = &batch.images[static_cast<size_t>(n * H * W * kChannels)];
    fill_canvas(out, on_canvas.image, batch.placements[at], options_.canvas, table_);
    batch.objects[at] = std::move(on_canvas.objects);
  });
  return batch;
}

}  // namespace eca
