// Gradients that are sums over the images of a batch which ranks share. Each rank's backward sums over its own images; this adds the
// others', as the tree of core/parallel/leaves.hpp says, while the backward goes on with earlier layers.
//
// Sums travel in buckets of about a quarter of a megabyte, in the order in which the backward finishes them. When a gradient is asked
// for a second time in one backward, by a layer that is used twice, it gets both sums, each over the whole batch: as one process adds
// them.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/autograd/gradient.hpp"
#include "core/parallel/ranks.hpp"

namespace eca {

class BatchSums {
 public:
  // Where to write this rank's sum, to assign. `gradient` gets the whole batch's at finish() at the latest.
  GradSlot take(const GradientPtr& gradient);
  // What was taken is written. Sends full buckets on their way, and looks after those under way; waits for sums that the walk
  // reads next, those of tensors that an op put out.
  void end_node();
  // Waits for all.
  void finish();
  // Forgets all, after an error.
  void clear();

 private:
  struct Part {
    GradientPtr gradient;
    int64_t offset, size;
  };
  struct Bucket {
    int number;  // the same on all ranks
    std::vector<real> mine, theirs;
    int64_t filled = 0;
    std::vector<Part> parts;
    bool closed = false;
    std::vector<int> others;  // those to exchange with, of which `level` are done
    size_t level = 0;
    std::optional<Exchange> under_way;
  };

  Bucket& bucket_for(int64_t n);
  void close(Bucket& bucket);
  void begin_level(Bucket& bucket);
  void end_level(Bucket& bucket);
  void deliver_first();

  std::deque<Bucket> buckets_;  // in their order, which is that of delivery
  int next_number_ = 0;
  bool read_next_ = false;
};

// Those of the walk on this thread.
BatchSums& batch_sums();

}  // namespace eca
