#include "core/parallel/leaves.hpp"

#include <bit>
#include <string>

#include "core/base/error.hpp"

namespace eca {

// Of the batch that ranks share; 0: none is.
static int64_t shared_images = 0;

static int64_t leaves_of(int64_t images) {
  return static_cast<int64_t>(
      std::bit_floor(static_cast<uint64_t>(std::clamp<int64_t>(images, 1, kMostLeaves))));
}

// The leaves of this rank, of L in all.
static PartOfBatch own_leaves(int64_t L) {
  const int64_t first = rank() * L / ranks();
  return {first, std::max(first + 1, (rank() + 1) * L / ranks())};
}

PartOfBatch part_of_batch(int64_t images) {
  const int64_t L = leaves_of(images);
  const auto [first, last] = own_leaves(L);
  return {first * images / L, last * images / L};
}

// How many ranks have one leaf between them.
static int with_one_leaf(int64_t images) {
  return static_cast<int>(std::max<int64_t>(1, ranks() / leaves_of(images)));
}

bool counts_its_part(int64_t images) { return rank() % with_one_leaf(images) == 0; }

SharedBatch::SharedBatch(int64_t images) {
  if (ranks() > 1) shared_images = images;
}

SharedBatch::~SharedBatch() { shared_images = 0; }

bool batch_is_shared() { return shared_images > 0; }

int64_t whole_batch(int64_t images) {
  if (!batch_is_shared()) return images;
  const auto [first, last] = part_of_batch(shared_images);
  if (images != last - first) {
    throw Error("batch: a sum over " + std::to_string(images) + " images, expected the " +
                std::to_string(last - first) + " that rank " + std::to_string(rank()) + " has of " +
                std::to_string(shared_images));
  }
  return shared_images;
}

int64_t first_of_batch() { return batch_is_shared() ? part_of_batch(shared_images).first : 0; }

Leaves::Leaves(int64_t images)
    : whole_(whole_batch(images)), of_whole_(leaves_of(whole_)), first_(0), count_(of_whole_) {
  if (!batch_is_shared()) return;
  const auto [first, last] = own_leaves(of_whole_);
  first_ = first;
  count_ = last - first;
}

std::vector<int> other_halves() {
  std::vector<int> others;
  if (!batch_is_shared()) return others;
  // Ranks with the same leaf have nothing to tell each other.
  for (int step = with_one_leaf(shared_images); step < ranks(); step *= 2) others.push_back(rank() ^ step);
  return others;
}

}  // namespace eca
