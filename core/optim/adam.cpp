#include "core/optim/adam.hpp"

#include <cmath>
#include <limits>

#include "core/memory/kernel_array.hpp"

namespace eca {

Adam::Adam(std::vector<Parameter*> parameters, const AdamOptions& options)
    : Optimizer(std::move(parameters)), options_(options), t_(add_counter("step")) {
  constexpr double kUnlimited = std::numeric_limits<double>::infinity();
  check_option("adam", "beta1", options.beta1, 0, 1);
  check_option("adam", "beta2", options.beta2, 0, 1);
  check_option("adam", "epsilon", options.epsilon, 0, kUnlimited);
  check_option("adam", "weight_decay", options.weight_decay, 0, kUnlimited);
  first_moment_ = add_tensors("first_moment");
  second_moment_ = add_tensors("second_moment");
}

void Adam::prepare(double lr) {
  check_lr(lr);
  ++t_;
  const double t = static_cast<double>(t_);
  for (const size_t decay : {0, 1}) {
    const double weight_decay = decay ? options_.weight_decay : 0;
    coefficients_[decay] = {
        .lr = static_cast<real>(lr / (1 - std::pow(options_.beta1, t))),
        .beta1 = static_cast<real>(options_.beta1),
        .beta2 = static_cast<real>(options_.beta2),
        .one_minus_beta1 = static_cast<real>(1 - options_.beta1),
        .one_minus_beta2 = static_cast<real>(1 - options_.beta2),
        .v_scale = static_cast<real>(1 / std::sqrt(1 - std::pow(options_.beta2, t))),
        .epsilon = static_cast<real>(options_.epsilon),
        .gradient_decay = static_cast<real>(options_.decoupled ? 0 : weight_decay),
        .weight_factor = static_cast<real>(options_.decoupled ? 1 - lr * weight_decay : 1),
    };
  }
}

void Adam::update() {
  const KernelArray<kernels::AdamCoefficients> coefficients(coefficients_.data(), coefficients_.size());
  for (size_t i = 0; i < parameters().size(); ++i) {
    Parameter& parameter = *parameters()[i];
    const Tensor grad = parameter.value.grad();
    if (!grad.defined()) continue;
    kernels::adam_step(parameter.value.write_in_place(), first_moment_[i].write_in_place(),
                       second_moment_[i].write_in_place(), grad.data(), grad.numel(),
                       coefficients.data() + parameter.decay);
  }
}

}  // namespace eca
