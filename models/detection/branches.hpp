#pragma once

#include "layers/module.hpp"

namespace eca {

// A module that takes or gives several tensors: functions of its own run it, and enter its scope themselves.
class Branches : public Module {
 public:
  Tensor forward(const Tensor& x) final;  // throws Error
};

// 3x3 convolution with bias, ReLU; or, where there are groups, convolution without, group norm, ReLU. The first two are called "0"
// and "1", as torchvision's Conv2dNormActivation has them.
class ConvRelu : public Module {
 public:
  ConvRelu(int64_t in, int64_t out, int64_t norm_groups);
  Tensor forward(const Tensor& x) override;

 private:
  Module& conv_;
  Module* norm_ = nullptr;  // null: none
};

// Several of them.
class ConvRelus : public Sequential {
 public:
  ConvRelus(int64_t in, int64_t out, int64_t count, int64_t norm_groups = 0);
};
// What their weights start from, of so many channels, see RetinaNetConfig::start.
Init start_of_convolutions(double start, int64_t channels);

// Other initial values for all weights of a module that are no norm's, and for all its biases.
void start_from(Module& module, const Init& weight, double bias = 0);
// That of torchvision's FPN: kaiming_uniform_ with a = 1, a bound of sqrt(3 / (kernel^2 * in)).
Init lecun_uniform(int64_t in, int64_t kernel);

}  // namespace eca
