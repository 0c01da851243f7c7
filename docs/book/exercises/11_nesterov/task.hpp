// Exercise 11. One step of stochastic gradient descent with weight decay and Nesterov's momentum, as
// PyTorch and this library define it, on parameters w with gradients g and a buffer b that is all zeros
// before the first step:
//   g' = g + decay w
//   b  = momentum b + g'
//   w  = w - rate (g' + momentum b)
#pragma once

#include <cstddef>
#include <vector>

struct SgdRates {
  double rate, momentum, decay;
};

// Changes w and b.
void sgd_step(std::vector<double>& w, std::vector<double>& b, const std::vector<double>& g,
              const SgdRates& rates);
