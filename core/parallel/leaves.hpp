// Leaves: how a sum over the images of a batch is ordered, so that no number of threads or processes changes a bit of it.
//
// A batch of N images is cut, by its size alone, into L leaves of neighbouring images; L is the largest power of two up to N and
// 16, and leaf k has the images k*N/L to (k+1)*N/L - 1. What is summed over images is summed inside each leaf, and then over the
// leaves as a balanced tree:
//
//   ((0+1) + (2+3)) + ((4+5) + (6+7))          for 8 leaves
//
// Threads take leaves; it does not matter which. So do ranks: with R of them, a power of two, each has the L/R leaves under one
// node of the tree, and sums them up to that node by itself. Going up, it exchanges its sum with that of the other half, and both
// add the same two numbers: after log2(R) exchanges all ranks hold the root, with the same bits as one process. Where R exceeds L,
// R/L ranks have one leaf and do the same work.          Derivation: docs/derivations/leaves.md
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/cuda/device_code.hpp"
#include "core/parallel/ranks.hpp"

namespace eca {

inline constexpr int64_t kMostLeaves = 16;

// Images first..last-1 of a batch.
struct PartOfBatch {
  int64_t first = 0, last = 0;

  ECA_DEVICE int64_t size() const { return last - first; }
};
// What this rank has of a batch of so many images. At least one image, if there are any.
PartOfBatch part_of_batch(int64_t images);

// Whether this rank is the first of those that have its leaf of such a batch: the one whose images are counted where each shall be
// counted once.
bool counts_its_part(int64_t images);

// While it lives, the batch that layers see is this rank's part of a whole one, and sums over images are over the whole. Without it
// a rank computes by itself.
class SharedBatch {
 public:
  explicit SharedBatch(int64_t images);  // of the whole batch
  ~SharedBatch();
  SharedBatch(const SharedBatch&) = delete;
  SharedBatch& operator=(const SharedBatch&) = delete;
};
// Whether the batch is shared with other ranks.
bool batch_is_shared();

// Images of the whole batch, of which `images` are here. Throws Error if a shared batch has another part here.
int64_t whole_batch(int64_t images);
// The place in the whole batch of the first image that is here.
int64_t first_of_batch();

// The leaves of the images that are here.
class Leaves {
 public:
  // Throws Error as whole_batch does.
  explicit Leaves(int64_t images);

  // A power of two, at least 1.
  ECA_DEVICE int64_t count() const { return count_; }
  // The first image of leaf k; of leaf count(), how many there are in all.
  ECA_DEVICE int64_t begin(int64_t k) const { return start(first_ + k) - start(first_); }
  PartOfBatch images(int64_t k) const { return {begin(k), begin(k + 1)}; }
  // Images of the largest leaf of the whole batch.
  int64_t largest() const { return (whole_ + of_whole_ - 1) / of_whole_; }

 private:
  ECA_DEVICE int64_t start(int64_t leaf) const { return leaf * whole_ / of_whole_; }

  int64_t whole_;     // images of the whole batch
  int64_t of_whole_;  // its leaves
  int64_t first_, count_;
};

// The ranks this one exchanges with on the way to the root, from the lowest level on; none where the batch is not shared.
std::vector<int> other_halves();

// From the sums of each rank those of the whole batch, on every rank: join(a, b) puts the sum of a, of the lower ranks, and b
// into a. Nothing to do where the batch is not shared.
template <class T, class Join>
void join_over_ranks(std::span<T> values, const Join& join) {
  if (batch_is_shared()) join_with(other_halves(), values, join);
}

}  // namespace eca
