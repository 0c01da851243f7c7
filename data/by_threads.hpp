#pragma once

#include <cstdint>
#include <functional>

namespace eca {

// Calls task(n) for n = 0, ..., N - 1, by several threads. Throws what the task of the smallest n threw, whichever thread was
// first. For reading and making images: threads of its own, that OpenMP's loops know nothing of.
void by_threads(int64_t N, int threads, const std::function<void(int64_t n)>& task);

}  // namespace eca
