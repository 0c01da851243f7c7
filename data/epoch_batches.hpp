// How an epoch is cut into batches: what every loader does alike.
#pragma once

#include <cstdint>
#include <string>

namespace eca {

struct Normalisation;

// Throws Error unless batch_size >= 1 and a batch is left of so many images. `set`: its name, for messages.
void check_batch_size(int64_t batch_size, bool drop_last, int64_t images, const std::string& set);
// Throws Error unless there is a mean and a standard deviation for each channel.
void check_channels(const Normalisation& normalisation, int64_t channels, const std::string& set);
// Throws Error unless epoch >= 0 and 0 <= first_batch <= batches.
void check_start(int64_t epoch, int64_t first_batch, int64_t batches);

// Batches in an epoch; drop_last: without a last one that is smaller than the others.
int64_t batch_count(int64_t images, int64_t batch_size, bool drop_last);

}  // namespace eca
