// Parameter: a tensor that training changes, with what the optimiser, the initialiser and the weight files
// need to know about it.
#pragma once

#include <cstdint>
#include <string>

#include "core/autograd/tensor.hpp"

namespace eca {

// How the array lies in a weight file. Files have PyTorch's axis order; here channels are innermost.
enum class FileLayout {
  same,         // (C), (N,C), ...
  conv,         // memory (KH,KW,I,O)  file (O,I,KH,KW)
  linear,       // memory (I,O)        file (O,I); of flattened maps memory (H,W,I,O), file (O,I*H*W)
  conv1d,       // memory (K)          file (1,1,K)
  depthwise1d,  // memory (C,K)        file (C,1,K)
  channel,      // memory (C)          file (1,C,1,1)
  counter,      // memory (1)          file () of int64
};

// The distribution of initial values; `permutation` is a shuffle of 0, 1, ..., n-1.
struct Init {
  enum class Kind { constant, normal, uniform, permutation } kind = Kind::constant;
  double value = 0;  // the constant, the standard deviation, or the bound of uniform(-value, value)
};

struct Parameter {
  std::string name;  // full path, e.g. "layer1.0.conv1.weight"
  Tensor value;
  FileLayout layout = FileLayout::same;
  Init init;
  bool decay = false;  // weight decay applies: true for weights of convolutions and linear layers
};

// Draws initial values from Random(seed, Purpose::init, hash of the parameter's name), in memory order.
void initialise(Parameter& parameter, uint64_t seed);

}  // namespace eca
