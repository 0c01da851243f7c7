// Exercise 14. An order of n images that is a pure function of (seed, epoch): whoever asks again gets
// the same, however much has been drawn in between, so that a run that was interrupted goes on as if it
// had not been. The stream's numbers are addressed, see core/base/random.hpp; swap each place, from the
// last one, with a place drawn from those up to it.
#pragma once

#include <cstdint>
#include <vector>

std::vector<int> order_of_epoch(uint64_t seed, uint64_t epoch, int n);
