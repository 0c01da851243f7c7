#pragma once

#include "layers/module.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

// A module that is written twice: as the chain of its ops, which is what it means, and as its fast twin. --ops, or
// --kernels, chooses between them.
class TwinModule : public Module {
 public:
  Tensor forward(const Tensor& x) final { return ops_mode() == OpsMode::plain ? plain(x) : fused(x); }

 protected:
  virtual Tensor plain(const Tensor& x) = 0;
  virtual Tensor fused(const Tensor& x) = 0;
};

}  // namespace eca
