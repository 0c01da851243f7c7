#pragma once

#include "core/autograd/tape.hpp"
#include "layers/module.hpp"

namespace eca {

// y (N,O) = x (N,I) * w (I,O) + b (O); b may be undefined.  Throws ShapeError when the shapes do not fit.
Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b);

// Owns weight (in,out) and bias (out), both drawn from uniform(-1/sqrt(in), 1/sqrt(in)), PyTorch's default.
class Linear : public Module {
 public:
  Linear(int64_t in, int64_t out, bool bias = true);
  Tensor forward(const Tensor& x) override;

 private:
  Tensor weight_, bias_;
};

}  // namespace eca
