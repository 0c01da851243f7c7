// What a network costs on this machine: speed, time by module and op, memory. The images are random numbers that
// lie in memory, so that nothing but the network is measured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/profile.hpp"
#include "core/kernels/conv2d/conv2d.hpp"
#include "core/parallel/ranks.hpp"
#include "models/registry.hpp"

namespace eca {

struct BenchConfig {
  ModelConfig model;
  int64_t batch_size = 128;
  int64_t image_size = 32;
  int64_t steps = 0;   // to measure; 0: as many as fit into `seconds`, at least 5
  double seconds = 5;  // of training, and of inference
};

// The measured steps of training or of inference; those before them, which warm up, are in none of the numbers.
struct BenchSteps {
  std::vector<double> seconds;  // of each step
  // The steps by op. On a GPU, which runs the steps above as one recorded piece each, these are others, asked for op by op.
  std::vector<double> profiled_seconds;
  std::vector<Span> spans;  // of all profiled ones together
  // Bytes: the most the process has held when they were done; on a GPU its tensors.
  int64_t peak_memory = 0;
  RankTraffic traffic;  // of all profiled ones together; of rank 0, where there are several
};

struct ConvLayer {
  std::string scope;
  kernels::Conv2dShape shape;
};

struct BenchResult {
  int64_t parameters = 0;
  int64_t memory_before = 0;  // bytes, before there is a network
  BenchSteps inference;  // forward in evaluation mode, nothing recorded; first, so that its memory is its own
  BenchSteps training;   // forward, loss, backward, a step of SGD with Nesterov momentum and weight decay
  std::vector<ConvLayer> convolutions;  // in the order they run
  double gemm_peak = 0;                 // of machine_limits.hpp, as is the next
  double memory_bandwidth = 0;
};

// Throws Error on values out of range, and what make_model throws.
BenchResult bench(const BenchConfig& config);

// Every convolution of the network for images of this batch and size. Throws what bench throws.
std::vector<ConvLayer> convolutions_of(const BenchConfig& config);

// Multiplications and additions of one forward; dx and dw have as many. As the formula has them: a Winograd
// convolution does fewer.
double flops(const kernels::Conv2dShape& s);

// The value below which the share q of the values lies; q = 0.5 is the median. Between two values it is on the
// line that joins them. Throws Error without values.
double quantile(std::vector<double> values, double q);

}  // namespace eca
