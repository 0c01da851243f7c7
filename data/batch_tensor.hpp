#pragma once

#include <span>

#include "core/autograd/tensor.hpp"
#include "data/loader.hpp"

namespace eca {

// The images of a batch that a Loader cut from `set`, as a network's input (N,H,W,C), named "input".
inline Tensor batch_tensor(const Batch& batch, const ImageSet& set) {
  Tensor x = Tensor::empty({batch.size, set.height, set.width, set.channels});
  x.assign(std::span(batch.images).first(static_cast<size_t>(x.numel())));
  return x.set_name("input");
}

}  // namespace eca
