// How the gates of a block come from its squeezed channels: s = sigmoid(z), and z = W y in the family that ECA-Net compares
// (arXiv 1910.03151v4, eqs. 3 to 9 and table 2): W diagonal, in blocks, a band, or full.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "layers/module.hpp"

namespace eca {

struct GateMatrix {
  int64_t channels = 0;
  std::vector<double> W;       // (C,C), W[c,i] = dz[c] / dy[i]
  std::vector<double> kernel;  // the k weights that all channels share, of ECA; else empty
};

// W of one attention module, by running it on an image of one pixel, which is its own squeeze, and back from each z[c]. For a
// linear z it is the matrix itself; of SE, with a ReLU in between, the matrix W2 W1 of those hidden units that are open at this
// squeeze y (C). Nothing where z is no function of the means of the channels (GCT, SRM) or there is a gate for every pixel.
// The module is run in evaluation mode.
std::optional<GateMatrix> gate_matrix(Module& attention, const std::vector<double>& squeeze);

// "diagonal", "blocks of 8", "band of 3", "band of 3, closed to a ring", "3 of 64 a row", "full" or "zero": where W is not zero.
std::string structure(const GateMatrix& matrix);

}  // namespace eca
