// Gradient check: what backward() computes against central differences, for every element of every input.
//
//   Tensor x = random_tensor({1, 5, 4, 3}, 1), w = random_tensor({3, 3, 3, 2}, 2);
//   gradcheck("conv2d", {{"x", x}, {"w", w}}, [&] { return conv2d(x, w, {}); });
//
// With y = forward() and a random cotangent dy (never ones: what a batch norm or a softmax puts out sums to a
// constant, so ones would pass a backward that returns nothing), loss = sum dy*y. In both kernel modes, with
// fresh memory full of NaN, it fails unless
//   - each gradient is assigned in full and is not all zero,
//   - |a - n| <= 1e-7 + 1e-5 max(|a|,|n|), n = (loss(x+h) - loss(x-h)) / 2h, h = 1e-6,
//   - a second backward without clear_grad doubles each gradient (the slot's `add` path),
//   - each gradient has the same bits when no other input wants one,
//   - neither dy nor an input has changed,
//   - each node's saved_tensors() are all that it saved.
// A failure names op, input, index and both values. Only for the double build: float has no digits for it.
#pragma once

#ifdef ECA_REAL_DOUBLE

#include <functional>
#include <string>
#include <vector>

#include "core/autograd/tensor.hpp"
#include "layers/module.hpp"

namespace eca::test {

struct GradInput {
  std::string name;
  Tensor tensor;  // shares its array with what `forward` reads
};

// Every parameter of a module, in addition to `inputs`.
std::vector<GradInput> with_parameters(std::vector<GradInput> inputs,
                                       const std::vector<Parameter*>& parameters);

// Values no initialiser gives: no gamma is 1, no beta or running mean 0, no hidden unit of SE dead.
void randomise(Module& module);

// `forward` computes y from the inputs, the same y each time.
void gradcheck(const std::string& op, const std::vector<GradInput>& inputs,
               const std::function<Tensor()>& forward);

// What a gradient check finds wrong, one line each; empty if nothing. gradcheck() is this and a CHECK.
std::vector<std::string> gradient_faults(const std::vector<GradInput>& inputs,
                                         const std::function<Tensor()>& forward);

}  // namespace eca::test

#endif
