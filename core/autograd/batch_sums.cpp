#include "core/autograd/batch_sums.hpp"

#include <algorithm>

#include "core/parallel/leaves.hpp"

namespace eca {

// Small enough for the first to leave early, large enough that the network's delay does not count.
static constexpr int64_t kBucket = 65536;  // numbers

BatchSums& batch_sums() {
  static thread_local BatchSums sums;
  return sums;
}

// A bucket's arrays never grow, as what was taken points into them.
BatchSums::Bucket& BatchSums::bucket_for(int64_t n) {
  if (!buckets_.empty()) {
    Bucket& last = buckets_.back();
    if (!last.closed && last.filled + n <= static_cast<int64_t>(last.mine.size())) return last;
  }
  Bucket& bucket = buckets_.emplace_back();
  bucket.number = next_number_++;
  bucket.mine.resize(static_cast<size_t>(std::max(n, kBucket)));
  return bucket;
}

GradSlot BatchSums::take(const GradientPtr& gradient) {
  const int64_t n = gradient->shape.numel();
  Bucket& bucket = bucket_for(n);
  bucket.parts.push_back({gradient, bucket.filled, n});
  real* mine = bucket.mine.data() + bucket.filled;
  bucket.filled += n;
  read_next_ = read_next_ || gradient->of_op;
  return {mine, /*add=*/false};
}

void BatchSums::close(Bucket& bucket) {
  bucket.closed = true;
  bucket.mine.resize(static_cast<size_t>(bucket.filled));
  bucket.theirs.resize(bucket.mine.size());
  bucket.others = other_halves();
  begin_level(bucket);
}

void BatchSums::begin_level(Bucket& bucket) {
  if (bucket.level == bucket.others.size()) return;
  bucket.under_way.emplace(bucket.others[bucket.level], std::as_writable_bytes(std::span(bucket.theirs)),
                           std::as_bytes(std::span<const real>(bucket.mine)), bucket.number);
}

// Which of the two is the lower half does not matter: addition commutes.
void BatchSums::end_level(Bucket& bucket) {
  bucket.under_way.reset();
  for (size_t i = 0; i < bucket.mine.size(); ++i) bucket.mine[i] += bucket.theirs[i];
  ++bucket.level;
  begin_level(bucket);
}

void BatchSums::deliver_first() {
  const Bucket& bucket = buckets_.front();
  for (const Part& part : bucket.parts) {
    const GradSlot slot = part.gradient->slot();
    for (int64_t i = 0; i < part.size; ++i) slot.write(i, bucket.mine[static_cast<size_t>(part.offset + i)]);
  }
  buckets_.pop_front();
}

void BatchSums::end_node() {
  for (Bucket& bucket : buckets_) {
    const bool full = &bucket != &buckets_.back() || bucket.filled >= kBucket;
    if (!bucket.closed && full) close(bucket);
    while (bucket.under_way && bucket.under_way->done()) end_level(bucket);
  }
  while (!buckets_.empty() && buckets_.front().closed && !buckets_.front().under_way) deliver_first();
  if (read_next_) finish();
}

void BatchSums::finish() {
  if (!buckets_.empty() && !buckets_.back().closed) close(buckets_.back());
  while (!buckets_.empty()) {
    Bucket& first = buckets_.front();
    while (first.under_way) {
      first.under_way->wait();
      end_level(first);
    }
    deliver_first();
  }
  read_next_ = false;
}

void BatchSums::clear() {
  buckets_.clear();
  read_next_ = false;
}

}  // namespace eca
