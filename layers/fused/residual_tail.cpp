// The end of a residual block, y = relu(gate(bn(x)) + shortcut). Two nodes, with the nodes of the gate between them:
//
//   BatchNormSqueeze   m[n,c] = 1/(H*W) sum_hw z          z = gamma * x_hat + beta,  x_hat = (x - mean) * inv_std
//     gate             s = gate(m)                        ordinary ops on (N,C); without a gate s = 1
//   ResidualTail       y = relu(s[n,c] * z + shortcut)
//
// z is never stored. It is affine in x, so its mean in an image follows from that of x, which batch norm's statistics have
// found already:
//   m = gamma * (image_mean - mean) * inv_std + beta
// The backward walks ResidualTail first. With g = dy where y > 0, else 0:
//   dshortcut = g
//   ds[n,c]   = sum_hw g * z
//   dz        = s * g + dm / (H*W)
// dz is not stored either: ResidualTail hands g and its sums over to BatchNormSqueeze, which is walked after the gate, when
// dm is known, and writes batch norm's backward of dz in one pass.
// Derivation: docs/derivations/fused.md
// Saves: x and y (shared storage, no copy), and values per channel.
#include "layers/fused/residual_tail.hpp"

#include "core/autograd/check.hpp"
#include "core/base/scope.hpp"
#include "core/kernels/elementwise/copy.hpp"
#include "core/kernels/fused/residual_tail.hpp"
#include "core/kernels/fused/residual_tail_terms.hpp"
#include "core/kernels/pooling/pooling.hpp"

namespace eca {

// What both nodes read of the forward pass. Nothing here changes after it.
struct TailSaved {
  Saved x, gamma, beta, mean, inv_std;
  bool training = false;
  Tensor image_mean;  // (N,C), of x
  Tensor s;           // (N,C), undefined without a gate

  kernels::TailShape shape() const { return {x.dim(0), x.dim(1) * x.dim(2), x.dim(3)}; }
  kernels::BatchNormChannels channels() const {
    return {mean.data(), inv_std.data(), gamma.data(), beta.data()};
  }
};

// What the backward of ResidualTail hands over to that of BatchNormSqueeze.
struct TailHandover {
  Tensor g;                  // (N,H,W,C)
  Tensor sum_g, sum_g_xhat;  // (N,C), sums over the pixels of g and of g * x_hat
};

struct Tail {
  TailSaved saved;
  TailHandover handover;

  kernels::TailSums sums(const real* dm) const {
    return {handover.sum_g.data(),
            handover.sum_g_xhat.data(),
            saved.s.defined() ? saved.s.data() : nullptr,
            dm,
            saved.image_mean.data(),
            saved.channels()};
  }

  // Called by the first of the two nodes that a tape records. Without a tape there is nothing to save for, and x may end
  // here.
  void save(const Tensor& x, const BatchNormValues& n) {
    if (saved.x.defined() || Tape::current() == nullptr) return;
    saved.x = x, saved.gamma = n.gamma, saved.beta = n.beta, saved.mean = n.mean, saved.inv_std = n.inv_std;
    saved.training = n.training;
  }
};
using TailPtr = std::shared_ptr<Tail>;

struct BatchNormSqueezeBackward final : Node {
  TailPtr tail;
  BatchNormSqueezeBackward(const Tensor& x, const BatchNormValues& n, const TailPtr& tail_in)
      : Node({x, n.gamma, n.beta}), tail(tail_in) {
    tail->save(x, n);
  }
  const char* name() const override { return "BatchNormSqueezeBackward"; }
  std::vector<NamedSaved> saved_tensors() const override {
    const auto& [x, gamma, beta, mean, inv_std, training, image_mean, s] = tail->saved;
    return {{"x", x}, {"gamma", gamma}, {"beta", beta}, {"mean", mean}, {"inv_std", inv_std}};
  }
  void backward(const Tensor& dm) override;
};

struct ResidualTailBackward final : Node {
  Saved y;
  TailPtr tail;
  ResidualTailBackward(const Tensor& m, const Tensor& s, const Tensor& shortcut, const Tensor& y_in,
                       const Tensor& x, const BatchNormValues& n, const TailPtr& tail_in)
      : Node({m, s, shortcut}), y(y_in), tail(tail_in) {
    tail->save(x, n);
  }
  const char* name() const override { return "ResidualTailBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"y", y}}; }
  void backward(const Tensor& dy) override;
};

static Tensor image_means(const Tensor& x) {
  Tensor mean = Tensor::empty({x.dim(0), x.dim(3)});
  kernels::global_average_pool_forward(mean.data(), x.data(), x.dim(0), x.dim(1) * x.dim(2), x.dim(3));
  return mean;
}

// m[n,c], the mean of z in each image: z of the mean of x.
static Tensor squeeze(const Tensor& image_mean, const BatchNormValues& n) {
  Tensor m = Tensor::empty(image_mean.shape());
  kernels::batch_norm_apply(m.data(), image_mean.data(), n.channels(), m.dim(0), m.dim(1));
  return m;
}

Tensor residual_tail(BatchNorm2d& bn, ChannelGate* gate, Tensor x, const Tensor& shortcut,
                     const ImageMoments& known_moments) {
  check_shape("residual_tail", "shortcut", shortcut, x.shape(), "N,H,W,C");
  Tensor m, s;
  BatchNormValues n;
  const auto tail = std::make_shared<Tail>();
  {
    const Scope scope(bn.name());
    ImageMoments moments = known_moments;
    if (!moments.known() && bn.training()) moments = image_moments(x);
    n = bn.values(x, moments);
    tail->saved.image_mean = moments.known() ? moments.mean : image_means(x);
    m = record<BatchNormSqueezeBackward>(squeeze(tail->saved.image_mean, n), x, n, tail);
  }
  if (gate != nullptr) {
    const Scope scope(gate->name());
    s = gate->gate(m);
    check_shape("residual_tail", "gate", s, m.shape(), "N,C");
    tail->saved.s = s;
  }
  Tensor y = over(x);
  kernels::residual_tail_forward(y.data(), x.data(), shortcut.data(), gate != nullptr ? s.data() : nullptr,
                                 n.channels(), {x.dim(0), x.dim(1) * x.dim(2), x.dim(3)});
  return record<ResidualTailBackward>(y, m, s, shortcut, y, x, n, tail);
}

void ResidualTailBackward::backward(const Tensor& dy) {
  const kernels::TailShape shape = tail->saved.shape();
  const Shape per_image = {shape.N, shape.C};
  TailHandover& handover = tail->handover;
  handover = {.g = over(dy), .sum_g = Tensor::empty(per_image), .sum_g_xhat = Tensor::empty(per_image)};
  kernels::residual_tail_g(handover.g.data(), handover.sum_g.data(), handover.sum_g_xhat.data(), dy.data(),
                           y.data(), tail->saved.x.data(), tail->saved.channels(), shape);
  pass_grad(2, handover.g);  // dshortcut
  if (GradSlot ds = grad_slot(1)) kernels::residual_tail_ds(ds, tail->sums(/*dm=*/nullptr), shape);
  // m reaches the loss through the gate alone, whose nodes add to dm. Without a gate dm is 0, and has to be there all the
  // same: a node is walked only if its output has a gradient, and BatchNormSqueeze has to be.
  if (GradSlot dm = grad_slot(0); dm && !dm.add) kernels::fill(dm.data, 0, shape.N * shape.C);
}

// Batch norm's backward of dz = s * g + dm / (H*W), z (N,H,W,C).
void BatchNormSqueezeBackward::backward(const Tensor& dm) {
  const kernels::TailShape shape = tail->saved.shape();
  const auto [N, HW, C] = shape;
  const kernels::TailSums sums = tail->sums(dm.data());
  Tensor dbeta = Tensor::empty({C}), dgamma = Tensor::empty({C});
  kernels::residual_tail_sums(dbeta.data(), dgamma.data(), sums, shape);
  if (GradSlot dx = grad_slot(0)) {
    const bool training = tail->saved.training;
    Tensor factor = Tensor::empty({N, C}), slope = Tensor::empty({C}), offset = Tensor::empty({N, C});
    kernels::collect_residual_tail_dx(factor.data(), slope.data(), offset.data(), sums,
                                      training ? dbeta.data() : nullptr, training ? dgamma.data() : nullptr,
                                      shape);
    kernels::residual_tail_dx(dx, tail->handover.g.data(), tail->saved.x.data(), factor.data(), slope.data(),
                              offset.data(), shape);
  }
  pass_grad(1, dgamma);
  pass_grad(2, dbeta);
}

}  // namespace eca
