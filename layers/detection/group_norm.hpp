// Group normalisation: batch normalisation whose statistics are those of one image and one group of neighbouring channels. It
// does the same in training and evaluation, with any number of images: for heads, which see maps of several sizes.
#pragma once

#include "layers/module.hpp"

namespace eca {

// y (N,H,W,C) of x (N,H,W,C), gamma (C) and beta (C), with C/groups channels a group.
// Throws ShapeError: ranks, lengths, groups that do not divide C, H*W*C/groups < 2 (the variance of one value is 0).
Tensor group_norm(const Tensor& x, const Tensor& gamma, const Tensor& beta, int64_t groups,
                  double eps = 1e-5);

// Owns weight (gamma, starts at 1) and bias (beta, 0), of which neither decays. The constructor throws Error unless `groups`
// divides `channels`.
class GroupNorm : public Module {
 public:
  GroupNorm(int64_t groups, int64_t channels);
  Tensor forward(const Tensor& x) override;

 private:
  int64_t groups_;
  Tensor gamma_, beta_;
};

}  // namespace eca
