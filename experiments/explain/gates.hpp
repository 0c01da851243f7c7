// The gates of channel attention, read off the tape: how far each block opens each channel for each image.
#pragma once

#include <string>
#include <vector>

#include "core/autograd/tape.hpp"

namespace eca {

// One multiplication by a gate.
struct Gate {
  std::string module;    // "layer1.0.eca"
  Tensor before, after;  // (N,H,W,C), the maps that it multiplies and their products
  Tensor values;         // (N,C); of a gate that differs from pixel to pixel its mean over them
};

// Those of a recorded forward pass that weigh channels, in order: SE, ECA and all their variants, CBAM's first half, GCT, SRM
// (scale_channels); SimAM and gather-excite (mul); coordinate attention (scale_strips, the mean of the product of both strips).
// CBAM's second half weighs pixels alone and is none.
std::vector<Gate> gates_on(const Tape& tape);

// The gates of one block for many images.
struct GateTable {
  std::string module;
  int64_t channels = 0;
  std::vector<double> values;   // (images,channels)
  std::vector<double> squeeze;  // (channels), the mean of what enters over all pixels and images

  int64_t images() const { return channels == 0 ? 0 : static_cast<int64_t>(values.size()) / channels; }
  double at(int64_t n, int64_t c) const { return values[static_cast<size_t>(n * channels + c)]; }
};

// Adds the gates of one more batch to the tables, one a block; empty before the first.
void add_gates(std::vector<GateTable>& tables, const std::vector<Gate>& gates);
// What add_gates adds to `squeeze` is a sum: divides it by the images, after the last batch.
void end_gates(std::vector<GateTable>& tables);

}  // namespace eca
