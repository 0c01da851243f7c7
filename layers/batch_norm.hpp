#pragma once

#include "core/tape.hpp"
#include "layers/module.hpp"

namespace eca {

struct BatchNormOptions {
  double eps = 1e-5;
  double momentum = 0.1;  // running = (1 - momentum) * running + momentum * batch
};

// Training: y (N,H,W,C) normalised with the statistics of this batch, which also move running_mean and
// running_var. Throws ShapeError: ranks, lengths, N*H*W < 2 (the variance of one value is 0).
Tensor batch_norm_train(const Tensor& x, const Tensor& gamma, const Tensor& beta, Tensor& running_mean,
                        Tensor& running_var, BatchNormOptions options = {});

// Evaluation: y (N,H,W,C) normalised with the running statistics.
Tensor batch_norm_eval(const Tensor& x, const Tensor& gamma, const Tensor& beta, const Tensor& running_mean,
                       const Tensor& running_var, BatchNormOptions options = {});

// Owns weight (gamma, starts at 1), bias (beta, 0), running_mean (0), running_var (1), num_batches_tracked
// (0). Takes its mode from train() / eval(), never from the batch.
class BatchNorm2d : public Module {
 public:
  explicit BatchNorm2d(int64_t channels, BatchNormOptions options = {});
  Tensor forward(const Tensor& x) override;

 private:
  BatchNormOptions options_;
  Tensor gamma_, beta_, running_mean_, running_var_, num_batches_tracked_;
};

}  // namespace eca
