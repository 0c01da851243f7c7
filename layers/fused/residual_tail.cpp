// The end of a residual block. Two nodes, with the nodes of the gate between them:
//
//   BatchNormSqueeze   m[n,c] = 1/(H*W) sum_hw z        z = gamma * x_hat + beta,  x_hat = (x - mean) * inv_std
//     gate             s = gate(m)                      ordinary ops on (N,C); no gate: s = 1
//   ResidualTail       y = relu(s[n,c] * z + shortcut)
//
// z is never stored. It is affine in x, so its mean in an image follows from that of x, which batch norm's statistics
// have found already: m = gamma * (image_mean - mean) * inv_std + beta.
//
// Backward, with g = dy where y > 0, else 0:
//   dshortcut = g        ds[n,c] = sum_hw g z = gamma sum_hw g x_hat + beta sum_hw g        dz = s g + dm / (H*W)
// dz is not stored either: ResidualTail leaves g and its sums to BatchNormSqueeze, which is walked after the gate, when
// dm is known, and writes batch norm's backward of dz in one pass.
// Saves: x and y (shared, no copy), and values per channel.  Derivation: docs/derivations/fused.md
#include "layers/fused/residual_tail.hpp"

#include "core/autograd/check.hpp"
#include "core/base/scope.hpp"
#include "core/kernels/fused/residual_tail.hpp"
#include "core/kernels/pooling/pooling.hpp"

namespace eca {

// What the two nodes share.
struct TailState {
  Saved x, gamma, beta, mean, inv_std;
  bool training = false;
  Tensor image_mean;            // (N,C), of x
  Tensor s;                     // (N,C), undefined without a gate
  Tensor g, sum_g, sum_g_xhat;  // left by ResidualTailBackward: (N,H,W,C), (N,C), (N,C)

  // Called by the first of the two nodes that a tape records. Without a tape there is nothing to save for, and x may end
  // here.
  void save(const Tensor& x_in, const BatchNormValues& n) {
    if (x.defined() || Tape::current() == nullptr) return;
    x = x_in, gamma = n.gamma, beta = n.beta, mean = n.mean, inv_std = n.inv_std, training = n.training;
  }
  kernels::TailShape shape() const { return {x.dim(0), x.dim(1) * x.dim(2), x.dim(3)}; }
  kernels::BatchNormChannels channels() const {
    return {mean.data(), inv_std.data(), gamma.data(), beta.data()};
  }
};
using TailStatePtr = std::shared_ptr<TailState>;

struct BatchNormSqueezeBackward final : Node {
  TailStatePtr tail;
  BatchNormSqueezeBackward(const Tensor& x, const BatchNormValues& n, const TailStatePtr& tail_in)
      : Node({x, n.gamma, n.beta}), tail(tail_in) {
    tail->save(x, n);
  }
  const char* name() const override { return "BatchNormSqueezeBackward"; }
  void backward(const Tensor& dm) override;
};

struct ResidualTailBackward final : Node {
  Saved y;
  TailStatePtr tail;
  ResidualTailBackward(const Tensor& m, const Tensor& s, const Tensor& shortcut, const Tensor& y_in,
                       const Tensor& x, const BatchNormValues& n, const TailStatePtr& tail_in)
      : Node({m, s, shortcut}), y(y_in), tail(tail_in) {
    tail->save(x, n);
  }
  const char* name() const override { return "ResidualTailBackward"; }
  void backward(const Tensor& dy) override;
};

static Tensor image_means(const Tensor& x, const BatchNormValues& n) {
  if (n.image_mean.defined()) return n.image_mean;
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
                     const ImageMoments& moments) {
  Tensor m, s;
  BatchNormValues n;
  const auto tail = std::make_shared<TailState>();
  {
    const Scope scope(bn.name());
    n = bn.values(x, moments);
    check_shape("residual_tail", "shortcut", shortcut, x.shape(), "N,H,W,C");
    tail->image_mean = image_means(x, n);
    m = record<BatchNormSqueezeBackward>(squeeze(tail->image_mean, n), x, n, tail);
  }
  if (gate != nullptr) {
    const Scope scope(gate->name());
    s = gate->gate(m);
    check_shape("residual_tail", "gate", s, m.shape(), "N,C");
    tail->s = s;
  }
  Tensor y = over(x);
  kernels::residual_tail_forward(y.data(), x.data(), shortcut.data(), gate != nullptr ? s.data() : nullptr,
                                 n.channels(), {x.dim(0), x.dim(1) * x.dim(2), x.dim(3)});
  return record<ResidualTailBackward>(y, m, s, shortcut, y, x, n, tail);
}

void ResidualTailBackward::backward(const Tensor& dy) {
  const auto [N, HW, C] = tail->shape();
  const kernels::BatchNormChannels ch = tail->channels();
  tail->g = over(dy);
  tail->sum_g = Tensor::empty({N, C});
  tail->sum_g_xhat = Tensor::empty({N, C});
  kernels::residual_tail_g(tail->g.data(), tail->sum_g.data(), tail->sum_g_xhat.data(), dy.data(), y.data(),
                           tail->x.data(), ch, tail->shape());
  pass_grad(2, tail->g);
  if (GradSlot ds = grad_slot(1)) {
    for (int64_t n = 0; n < N; ++n) {
      for (int64_t c = 0; c < C; ++c) {
        const int64_t i = n * C + c;
        const real sum_gz = ch.gamma[c] * tail->sum_g_xhat.data()[i] + ch.beta[c] * tail->sum_g.data()[i];
        ds.data[i] = ds.add ? ds.data[i] + sum_gz : sum_gz;
      }
    }
  }
  // The gate adds to dm; what else z gets waits in `tail`. A touched dm is what makes BatchNormSqueeze be walked.
  if (GradSlot dm = grad_slot(0); dm && !dm.add) std::fill_n(dm.data, N * C, real{0});
}

// With h the mean of x_hat in an image:
//   dbeta  = sum dz       = sum_n ( s sum_g + dm )
//   dgamma = sum dz x_hat = sum_n ( s sum_g_xhat + dm h )
//   dx     = gamma inv_std ( s g + dm/HW - dbeta/R - x_hat dgamma/R )      in evaluation only the first two terms
void BatchNormSqueezeBackward::backward(const Tensor& dm) {
  const auto [N, HW, C] = tail->shape();
  const kernels::BatchNormChannels ch = tail->channels();
  Tensor dgamma = Tensor::empty({C}), dbeta = Tensor::empty({C});
  Tensor factor = Tensor::empty({N, C}), slope = Tensor::empty({C}), offset = Tensor::empty({N, C});
  const real per_image = 1 / static_cast<real>(HW), per_batch = per_image / static_cast<real>(N);
  for (int64_t c = 0; c < C; ++c) {
    double sum = 0, sum_xhat = 0;
    for (int64_t n = 0; n < N; ++n) {
      const int64_t i = n * C + c;
      const real s = tail->s.defined() ? tail->s.data()[i] : 1;
      const real h = (tail->image_mean.data()[i] - ch.mean[c]) * ch.inv_std[c];
      sum += static_cast<double>(s * tail->sum_g.data()[i] + dm.data()[i]);
      sum_xhat += static_cast<double>(s * tail->sum_g_xhat.data()[i] + dm.data()[i] * h);
    }
    dbeta.data()[c] = static_cast<real>(sum);
    dgamma.data()[c] = static_cast<real>(sum_xhat);
    const real a = ch.gamma[c] * ch.inv_std[c];
    slope.data()[c] = tail->training ? -a * ch.inv_std[c] * dgamma.data()[c] * per_batch : 0;
    const real common = tail->training ? -a * dbeta.data()[c] * per_batch - slope.data()[c] * ch.mean[c] : 0;
    for (int64_t n = 0; n < N; ++n) {
      const int64_t i = n * C + c;
      factor.data()[i] = tail->s.defined() ? a * tail->s.data()[i] : a;
      offset.data()[i] = a * dm.data()[i] * per_image + common;
    }
  }
  if (GradSlot dx = grad_slot(0)) {
    kernels::residual_tail_dx(dx, tail->g.data(), tail->x.data(), factor.data(), slope.data(), offset.data(),
                              tail->shape());
  }
  pass_grad(1, dgamma);
  pass_grad(2, dbeta);
}

}  // namespace eca
