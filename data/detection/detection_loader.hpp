// Cuts a set of images with objects into batches of one size, normalised and augmented, one made ahead.
//
//   DetectionLoader loader(*data.train, data.normalisation, {.batch_size = 8, .canvas = {128, 128}, .shuffle = true});
//   DetectionBatch batch;
//   for (int64_t epoch = 0; epoch < epochs; ++epoch) {
//     loader.start_epoch(epoch);
//     while (loader.next(batch)) step(batch);
//   }
//
// A batch is a pure function of (set, options, epoch, its number), as with data/loader.hpp.
#pragma once

#include <future>
#include <vector>

#include "core/autograd/tensor.hpp"
#include "data/augment.hpp"
#include "data/detection/detection_augment.hpp"

namespace eca {

struct DetectionBatch {
  std::vector<real> images;  // (N,H,W,3); 0, the mean colour, where a canvas reaches beyond its image
  std::vector<std::vector<DetectionObject>> objects;  // of each image, on its canvas
  std::vector<Placement> placements;                  // the way back to the pixels of the image
  std::vector<int64_t> indices;                       // positions in the set
  CanvasSize canvas;

  int64_t size() const { return std::ssize(indices); }  // N
  Tensor tensor() const;                                // (N,H,W,3), named "input"
};

// A canvas as placed() gives it, as a network's input, out (H,W,3): normalised, and 0 where it reaches beyond its image.
void fill_canvas(real* out, const Image& canvas_image, const Placement& placement, const CanvasSize& canvas,
                 const PixelTable& table);

struct DetectionLoaderOptions {
  int64_t batch_size = 8;
  CanvasSize canvas;
  bool shuffle = false;    // a new order each epoch, from (seed, Purpose::shuffle, epoch)
  bool drop_last = false;  // leave out the last batch of an epoch if it is smaller than the others
  DetectionAugment augment = {};
  uint64_t seed = 0;
  bool ahead = true;  // make the next batch while the last one is used
};

class DetectionLoader {
 public:
  // Keeps a reference to the set, which must outlive the loader. Throws Error if an option is out of range or leaves no batch.
  DetectionLoader(const DetectionSet& set, const Normalisation& normalisation,
                  const DetectionLoaderOptions& options);

  int64_t batches() const;  // in one epoch

  // Begins or begins again, also in the middle of another epoch. Throws Error unless first_batch is in [0, batches()].
  void start_epoch(int64_t epoch, int64_t first_batch = 0);

  // False at the end of the epoch. Throws what reading an image throws, and Error before the first start_epoch.
  bool next(DetectionBatch& batch);

 private:
  DetectionBatch make_batch(int64_t number) const;
  void make_ahead();

  const DetectionSet& set_;
  const PixelTable table_;
  const DetectionLoaderOptions options_;
  int64_t epoch_ = -1;
  std::vector<int64_t> order_;  // position in the epoch -> index in the set
  int64_t next_batch_ = 0;
  std::future<DetectionBatch> ahead_;  // last, so that it ends before what it reads
};

}  // namespace eca
