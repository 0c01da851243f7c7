// Counter-based random numbers: every number is a pure function of an address, so neither the number of threads, nor
// prefetching, nor an interrupted run changes one of them.
// Source: Philox4x32-10 of Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace eca {

// What a stream is for. Streams of different purposes are independent, so that one ablation arm does not
// shift another arm's numbers. The values are part of the reproducibility contract: append, never renumber.
enum class Purpose : uint32_t {
  init = 1,
  shuffle = 2,
  augment = 3,
  dropout = 4,
  synthetic = 5,
  test = 6,
  sampling = 7,
  explain = 8
};

// The block cipher itself: 4 counter words, 2 key words -> 4 random words.
std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// A stream addressed by (seed, purpose, a, b); a and b are for example epoch and image index.
class Random {
 public:
  Random(uint64_t seed, Purpose purpose, uint64_t a = 0, uint64_t b = 0);

  uint32_t next_u32();
  uint64_t next_u64();
  // Uniform in [0,1), 53 random bits.
  double uniform();
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  // Standard normal, by Box and Muller: the numbers come in pairs, the second is kept for the next call.
  double normal();
  // Uniform integer in [0,n), n >= 1, without bias.
  uint64_t below(uint64_t n);

 private:
  std::array<uint32_t, 2> key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  int used_ = 4;
  bool has_spare_ = false;
  double spare_ = 0;
};

// A 64-bit hash of a name (FNV-1a), the address of a parameter's initial values: a parameter starts from the
// same numbers in every network that has one of that name and shape.
uint64_t name_hash(std::string_view name);

}  // namespace eca
