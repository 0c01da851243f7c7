#pragma once

#include "core/autograd/tape.hpp"
#include "core/kernels/batch_norm/batch_norm.hpp"
#include "layers/image_moments.hpp"
#include "layers/module.hpp"

namespace eca {

struct BatchNormOptions {
  double eps = 1e-5;
  double momentum = 0.1;  // running = (1 - momentum) * running + momentum * batch
};

// What a batch is normalised with: y = gamma * (x - mean) * inv_std + beta; all (C).
struct BatchNormValues {
  Tensor gamma, beta, mean, inv_std;
  bool training = false;  // mean and inv_std are those of x, and so depend on it

  kernels::BatchNormChannels channels() const {
    return {mean.data(), inv_std.data(), gamma.data(), beta.data()};
  }
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
  // The same of an x whose moments are known already.
  Tensor with_moments(const Tensor& x, const ImageMoments& moments);

  // The first half of forward, which in training moves the running statistics; the ops of layers/fused end it in other
  // ways. `moments` are those of x where they are known already.
  BatchNormValues values(const Tensor& x, const ImageMoments& moments = {});
  // What evaluation normalises every x with.
  BatchNormValues running_values() const;

 private:
  BatchNormOptions options_;
  Tensor gamma_, beta_, running_mean_, running_var_, num_batches_tracked_;
};

}  // namespace eca
