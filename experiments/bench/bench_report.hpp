// What `eca bench` found, as tables to read and as JSON.
#pragma once

#include <string>

#include "experiments/bench/bench.hpp"

namespace eca {

// The phases of a step, "convolution dw", in the order they are shown. Each span belongs to one of them.
std::vector<std::string> phases();
std::string phase_of(const Span& span);

// Speed, phases, ops, and the `layers` modules that take most time of training (0: all, in the order they run). Each
// table ends in its total, the mean step.
std::string bench_tables(const BenchConfig& config, const BenchResult& result, size_t layers);

// The same numbers and more, as one line.
std::string bench_json(const BenchConfig& config, const BenchResult& result);

// Which kernel serves each convolution, forward, dx and dw, and why.
std::string explain_convolutions(const std::vector<ConvLayer>& convolutions);

}  // namespace eca
