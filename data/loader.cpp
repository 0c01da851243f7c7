#include "data/loader.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/parallel/threads.hpp"
#include "data/by_threads.hpp"
#include "data/epoch_batches.hpp"
#include "data/shuffle.hpp"

namespace eca {

static void check_options(const ImageSet& set, const Normalisation& normalisation,
                          const LoaderOptions& options) {
  if (set.size() == 0) throw Error("loader: " + set.name + " holds no images");
  check_batch_size(options.batch_size, options.drop_last, set.size(), set.name);
  if (options.balanced && !options.shuffle) throw Error("loader: balanced, expected only with shuffle");
  if (options.prefetch < 0) {
    throw Error("loader: prefetch " + std::to_string(options.prefetch) + ", expected 0 or more");
  }
  if (options.threads < 0 || options.threads > 1024) {
    throw Error("loader: " + std::to_string(options.threads) + " threads, expected 0 to 1024");
  }
  check_channels(normalisation, set.channels, set.name);
  check_augment(options.augment, set.height, set.width, set.channels);
}

static int thread_count(const ImageSet& set, const LoaderOptions& options) {
  if (options.threads > 0) return options.threads;
  return set.source ? cores_of_this_rank() : 1;
}

Loader::Loader(const ImageSet& set, const Normalisation& normalisation, LoaderOptions options)
    : set_(set),
      set_size_(set.size()),
      table_(normalisation),
      options_(std::move(options)),
      threads_(thread_count(set, options_)) {
  check_options(set, normalisation, options_);
  order_.resize(static_cast<size_t>(set_size_));
}

Loader::~Loader() { stop_background(); }

int64_t Loader::batches() const { return batch_count(set_size_, options_.batch_size, options_.drop_last); }

void Loader::start_epoch(int64_t epoch, int64_t first_batch) {
  check_start(epoch, first_batch, batches());
  stop_background();
  epoch_ = epoch;
  next_batch_ = first_batch;
  order_places();
  if (options_.prefetch > 0) background_ = std::thread(&Loader::run_background, this, first_batch);
}

void Loader::order_places() {
  std::iota(order_.begin(), order_.end(), 0);
  if (options_.balanced) balance_order();
  if (!options_.shuffle) return;
  Random random(options_.seed, Purpose::shuffle, static_cast<uint64_t>(epoch_));
  shuffle(order_, random);
}

// Which images an epoch holds, still in the order of the classes. Each class hands out its images in a random order, and begins
// anew with another one when all have been out.
void Loader::balance_order() {
  std::map<int32_t, std::vector<int64_t>> by_class;
  for (int64_t i = 0; i < set_size_; ++i) by_class[set_.labels[static_cast<size_t>(i)]].push_back(i);
  std::vector<int64_t> labels;
  for (const auto& [label, images] : by_class) labels.push_back(label);
  Random random(options_.seed, Purpose::sampling, static_cast<uint64_t>(epoch_));
  shuffle(labels, random);  // the first ones get a place more, if it does not come out even
  size_t place = 0;
  for (size_t c = 0; c < labels.size(); ++c) {
    std::vector<int64_t>& images = by_class.at(static_cast<int32_t>(labels[c]));
    const size_t end = order_.size() * (labels.size() - c - 1) / labels.size();
    for (size_t used = 0; place < order_.size() - end; ++place, ++used) {
      if (used % images.size() == 0) shuffle(images, random);
      const auto rounds = static_cast<int64_t>(used / images.size());
      order_[place] = images[used % images.size()] + rounds * set_size_;
    }
  }
}

// The part of a batch of N images that options.part names.
static PartOfBatch part_of(int64_t N, const LoaderOptions& options) {
  if (!options.part) return {.first = 0, .last = N};
  const PartOfBatch part = options.part(N);
  if (part.first < 0 || part.last < part.first || part.last > N) {
    throw Error("loader: part " + std::to_string(part.first) + ".." + std::to_string(part.last) +
                " of a batch of " + std::to_string(N) + ", expected a range within 0.." + std::to_string(N));
  }
  return part;
}

static constexpr int64_t kLeftOut = -1;  // in place of an index

// Removes the images that were left out.
static void close_up(Batch& batch, int64_t image_size) {
  int64_t kept = 0;
  for (int64_t n = 0; n < batch.size; ++n) {
    if (batch.indices[n] == kLeftOut) continue;
    if (kept != n)
      std::copy_n(batch.images.begin() + n * image_size, image_size,
                  batch.images.begin() + kept * image_size);
    batch.indices[kept] = batch.indices[n];
    batch.labels[kept] = batch.labels[n];
    ++kept;
  }
  batch.size = kept;
  batch.images.resize(static_cast<size_t>(kept * image_size));
  batch.labels.resize(static_cast<size_t>(kept));
  batch.indices.resize(static_cast<size_t>(kept));
}

void Loader::make_batch(int64_t number, Batch& batch) const {
  if (set_.size() != set_size_) {
    throw Error("loader: " + set_.name + " changed from " + std::to_string(set_size_) + " to " +
                std::to_string(set_.size()) + " images while in use");
  }
  const int64_t first_place = number * options_.batch_size;
  batch.whole = std::min(options_.batch_size, set_size_ - first_place);
  const PartOfBatch part = part_of(batch.whole, options_);
  const int64_t begin = first_place + part.first;
  batch.first = part.first;
  batch.size = part.size();
  batch.images.resize(static_cast<size_t>(batch.size * set_.image_size()));
  batch.labels.resize(static_cast<size_t>(batch.size));
  batch.indices.resize(static_cast<size_t>(batch.size));
  by_threads(batch.size, threads_, [&](int64_t n) { make_image(begin + n, n, batch); });
  if (options_.leave_out_unreadable) close_up(batch, set_.image_size());
}

// Place `place` of the epoch as image n of the batch.
void Loader::make_image(int64_t place, int64_t n, Batch& batch) const {
  const int64_t draw = order_[place], i = draw % set_size_;
  FoundImage found;
  if (options_.leave_out_unreadable) {
    std::optional<FoundImage> image = find_image(set_, i);
    batch.indices[n] = image ? i : kLeftOut;
    if (!image) return;
    found = std::move(*image);
  } else {
    batch.indices[n] = find_image_or_next(set_, i, found);
  }
  batch.labels[n] = set_.labels[i];
  const Random random(options_.seed, Purpose::augment, static_cast<uint64_t>(epoch_),
                      static_cast<uint64_t>(draw));
  augment_image(&batch.images[n * set_.image_size()], set_.height, set_.width, found.view, table_,
                options_.augment, random);
}

bool Loader::next(Batch& batch) {
  if (epoch_ < 0) throw Error("loader: next() before the first start_epoch()");
  if (next_batch_ == batches()) return false;
  if (options_.prefetch == 0) {
    make_batch(next_batch_, batch);
  } else {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !ready_.empty() || failure_; });
    if (ready_.empty()) std::rethrow_exception(failure_);
    std::swap(batch, ready_.front());
    spare_.push_back(std::move(ready_.front()));
    ready_.pop_front();
    lock.unlock();
    changed_.notify_all();
  }
  ++next_batch_;
  return true;
}

void Loader::wait_for_ahead() {
  const size_t ahead = static_cast<size_t>(std::min<int64_t>(options_.prefetch, batches() - next_batch_));
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ready_.size() == ahead || failure_ || !background_.joinable(); });
}

// The body of the background thread.
void Loader::run_background(int64_t first_batch) {
  try {
    Batch batch;
    for (int64_t number = first_batch; number < batches() && wait_for_spare(batch); ++number) {
      make_batch(number, batch);
      const std::lock_guard lock(mutex_);
      ready_.push_back(std::move(batch));
      changed_.notify_all();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    changed_.notify_all();
  }
}

// Waits for a buffer that next() has given back; false if the thread is to stop.
bool Loader::wait_for_spare(Batch& batch) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !spare_.empty() || stop_; });
  if (stop_) return false;
  batch = std::move(spare_.back());
  spare_.pop_back();
  return true;
}

// Afterwards no thread runs, nothing is ready, and all `prefetch` buffers are spare.
void Loader::stop_background() {
  if (background_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    changed_.notify_all();
    background_.join();
  }
  const std::lock_guard lock(mutex_);
  for (Batch& batch : ready_) spare_.push_back(std::move(batch));
  ready_.clear();
  spare_.resize(static_cast<size_t>(options_.prefetch));
  failure_ = nullptr;
  stop_ = false;
}

}  // namespace eca
