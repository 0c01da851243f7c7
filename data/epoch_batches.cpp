#include "data/epoch_batches.hpp"

#include "core/base/error.hpp"
#include "data/image_set.hpp"

namespace eca {

void check_batch_size(int64_t batch_size, bool drop_last, int64_t images, const std::string& set) {
  if (batch_size < 1)
    throw Error("loader: batch size " + std::to_string(batch_size) + ", expected 1 or more");
  if (drop_last && batch_size > images) {
    throw Error("loader: no batch is left: batch size " + std::to_string(batch_size) +
                " with drop_last, but only " + std::to_string(images) + " images of " + set);
  }
}

void check_channels(const Normalisation& normalisation, int64_t channels, const std::string& set) {
  const auto C = static_cast<size_t>(channels);
  if (normalisation.mean.size() == C && normalisation.std.size() == C) return;
  throw Error("loader: " + set + " has " + std::to_string(C) + " channels, the normalisation " +
              std::to_string(normalisation.mean.size()) + " means and " +
              std::to_string(normalisation.std.size()) + " standard deviations");
}

void check_start(int64_t epoch, int64_t first_batch, int64_t batches) {
  if (epoch < 0) throw Error("loader: epoch " + std::to_string(epoch) + ", expected 0 or more");
  if (first_batch < 0 || first_batch > batches) {
    throw Error("loader: first batch " + std::to_string(first_batch) + ", expected 0.." +
                std::to_string(batches));
  }
}

int64_t batch_count(int64_t images, int64_t batch_size, bool drop_last) {
  const int64_t whole = images / batch_size;
  const bool has_rest = images % batch_size != 0;
  return whole + (has_rest && !drop_last);
}

}  // namespace eca
