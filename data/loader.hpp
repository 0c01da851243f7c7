// Cuts an image set into normalised, augmented batches, which background threads make ahead of time.
//
//   Loader loader(dataset.train, dataset.normalisation, {.batch_size = 128, .shuffle = true, .seed = seed});
//   Batch batch;
//   for (int64_t epoch = 0; epoch < epochs; ++epoch) {
//     loader.start_epoch(epoch);
//     while (loader.next(batch)) step(batch);
//   }
//
// A batch is a pure function of (set, options, epoch, its number): neither prefetching nor threads nor an interruption,
// resumed by start_epoch(epoch, first_batch), changes a bit of it. Nor does dividing it: where several processes train on one
// batch, the loader of each makes its own part alone (LoaderOptions::part), and these put side by side are the batch.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/real.hpp"
#include "core/parallel/leaves.hpp"
#include "data/augment.hpp"
#include "data/image_set.hpp"

namespace eca {

// A batch, or the part of it that the loader was asked for.
struct Batch {
  int64_t size = 0;              // N, of the images that are here
  int64_t first = 0;             // the place in the whole batch where the part begins
  int64_t whole = 0;             // images of the whole batch
  std::vector<real> images;      // (N,H,W,C)
  std::vector<int32_t> labels;   // (N)
  std::vector<int64_t> indices;  // (N), positions in the image set of what is shown
};

struct LoaderOptions {
  int64_t batch_size = 128;
  bool shuffle = false;  // a new order each epoch, from (seed, Purpose::shuffle, epoch)
  // Every class with images gets the same number of places in an epoch, give or take one, and within a class every image the
  // same number of them, give or take one; an image that comes again is augmented anew. From (seed, Purpose::sampling, epoch).
  // The length of an epoch stays. Needs shuffle.
  bool balanced = false;
  bool drop_last = false;  // leave out the last batch of an epoch if it is smaller than the others
  AugmentOptions augment = kNoAugment;
  uint64_t seed = 0;
  int prefetch = 2;  // batches made ahead by a background thread; 0: made by next() itself
  // Which places of a batch of `batch_size` images to make; none of another is read. Called for every batch, also the smaller
  // last one of an epoch, and by the background thread. The part may be empty; its images are those of the whole batch at
  // these places, bit for bit. Null: all of them.
  std::function<PartOfBatch(int64_t images)> part = nullptr;
  // That make the images of a batch; 0: one, or where the images of the set come from a source, as many as there are cores.
  int threads = 0;
  // Images that cannot be read and are passed over (ImageSet::unreadable) are missing in their batch, which is then smaller and
  // may be empty; to evaluate with. False: others stand in for them, see find_image_or_next(), so that a batch of training has
  // its size.
  bool leave_out_unreadable = false;
};

class Loader {
 public:
  // Keeps a reference to the set, which must outlive the loader and not change.
  // Throws Error if an option does not fit the set or leaves no batch at all.
  Loader(const ImageSet& set, const Normalisation& normalisation, LoaderOptions options);
  ~Loader();  // stops the background thread, wherever it is
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  int64_t batches() const;  // in one epoch

  // Begins or begins again, also in the middle of another epoch. Throws Error unless first_batch is in
  // [0, batches()].
  void start_epoch(int64_t epoch, int64_t first_batch = 0);

  // Fills the next batch; false at the end of the epoch. Buffers of `batch` are swapped in and out, not
  // copied. Rethrows what went wrong in the background thread. Throws Error before the first start_epoch.
  bool next(Batch& batch);

  // Waits until the background thread can go no further ahead: what has been read of the set then depends on how often next() was
  // called, and on nothing else.
  void wait_for_ahead();

 private:
  void order_places();
  void balance_order();
  void make_batch(int64_t number, Batch& batch) const;
  void make_image(int64_t place, int64_t n, Batch& batch) const;
  void stop_background();
  void run_background(int64_t first_batch);
  bool wait_for_spare(Batch& batch);

  const ImageSet& set_;
  const int64_t set_size_;
  const PixelTable table_;
  const LoaderOptions options_;
  const int threads_;

  // Set by start_epoch, while no background thread runs, and only read by it.
  int64_t epoch_ = -1;
  // Position in the epoch -> index in the set; + set_size_ for each time that the image has come before.
  std::vector<int64_t> order_;

  int64_t next_batch_ = 0;  // the number of the batch that next() hands out; the calling thread's own

  std::thread background_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::deque<Batch> ready_;   // made, in order
  std::vector<Batch> spare_;  // buffers to fill again
  std::exception_ptr failure_;
  bool stop_ = false;
};

}  // namespace eca
