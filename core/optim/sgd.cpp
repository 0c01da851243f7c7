#include "core/optim/sgd.hpp"

#include <limits>

#include "core/base/error.hpp"
#include "core/memory/kernel_array.hpp"

namespace eca {

Sgd::Sgd(std::vector<Parameter*> parameters, const SgdOptions& options)
    : Optimizer(std::move(parameters)), options_(options) {
  check_option("sgd", "momentum", options.momentum, 0, 1);
  check_option("sgd", "weight_decay", options.weight_decay, 0, std::numeric_limits<double>::infinity());
  if (options.nesterov && options.momentum == 0) throw Error("sgd: nesterov needs momentum > 0");
  if (options.momentum > 0) momentum_ = add_tensors("momentum");
}

void Sgd::prepare(double lr) {
  check_lr(lr);
  for (const size_t decay : {0, 1}) {
    coefficients_[decay] = {.lr = static_cast<real>(lr),
                            .momentum = static_cast<real>(options_.momentum),
                            .weight_decay = static_cast<real>(decay ? options_.weight_decay : 0),
                            .nesterov = options_.nesterov};
  }
}

void Sgd::update() {
  const KernelArray<kernels::SgdCoefficients> coefficients(coefficients_.data(), coefficients_.size());
  for (size_t i = 0; i < parameters().size(); ++i) {
    Parameter& parameter = *parameters()[i];
    const Tensor grad = parameter.value.grad();
    if (!grad.defined()) continue;
    real* b = momentum_.empty() ? nullptr : momentum_[i].write_in_place();
    kernels::sgd_step(parameter.value.write_in_place(), b, grad.data(), grad.numel(),
                      coefficients.data() + parameter.decay);
  }
}

}  // namespace eca
