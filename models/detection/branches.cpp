#include "models/detection/branches.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "layers/activations.hpp"
#include "layers/conv2d.hpp"
#include "layers/detection/group_norm.hpp"

namespace eca {

Tensor Branches::forward(const Tensor&) {
  throw Error("\"" + name() + "\" takes or gives several tensors: its own functions run it");
}

ConvRelu::ConvRelu(int64_t in, int64_t out, int64_t norm_groups)
    : conv_(add_child<Conv2d>(
          "0", Conv2dConfig{
                   .in = in, .out = out, .kernel = 3, .options = {.padding = 1}, .bias = norm_groups == 0})) {
  if (norm_groups != 0) norm_ = &add_child<GroupNorm>("1", norm_groups, out);
}

Tensor ConvRelu::forward(const Tensor& x) {
  const Tensor y = conv_(x);
  return relu(norm_ != nullptr ? (*norm_)(y) : y);
}

ConvRelus::ConvRelus(int64_t in, int64_t out, int64_t count, int64_t norm_groups) {
  for (int64_t i = 0; i < count; ++i) append<ConvRelu>(i == 0 ? in : out, out, norm_groups);
}

Init start_of_convolutions(double start, int64_t channels) {
  return {Init::Kind::normal, start > 0 ? start : std::sqrt(2 / (9 * static_cast<double>(channels)))};
}

void start_from(Module& module, const Init& weight, double bias) {
  for (Parameter* parameter : module.parameters()) {
    if (parameter->name.ends_with("bias")) {
      parameter->init = {Init::Kind::constant, bias};
    } else if (parameter->value.rank() > 1) {
      parameter->init = weight;
    }
  }
}

Init lecun_uniform(int64_t in, int64_t kernel) {
  return {Init::Kind::uniform, std::sqrt(3 / static_cast<double>(in * kernel * kernel))};
}

}  // namespace eca
