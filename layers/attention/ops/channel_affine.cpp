//   z [n,c] = w[c] y[n,c] + b[c]            y,z (N,C)   w,b (C)
//   dy[n,c] = w[c] dz[n,c]
//   dw[c]   = sum_n dz[n,c] y[n,c]
//   db[c]   = sum_n dz[n,c]
// The batch takes the place of the pixels in scale_channels: one image of N pixels.
// Source: ECA-Net, arXiv 1910.03151v4, eq. 4 with a diagonal W; GCT, arXiv 1909.11519v2, eqs. 2 and 5.
// Saves: y and w (shared, no copy).
#include "layers/attention/ops/channel_affine.hpp"

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_attention.hpp"
#include "core/kernels/attention/scale_channels.hpp"
#include "core/kernels/elementwise/copy.hpp"
#include "core/kernels/elementwise/reduce.hpp"

namespace eca {

struct ChannelAffineBackward final : Node {
  Saved y, w;
  ChannelAffineBackward(const Tensor& y_in, const Tensor& w_in, const Tensor& b_in)
      : Node({y_in, w_in, b_in}), y(y_in), w(w_in) {}
  const char* name() const override { return "ChannelAffineBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"y", y}, {"w", w}}; }
  void backward(const Tensor& dz) override;
};

Tensor channel_affine(const Tensor& y, const Tensor& w, const Tensor& b) {
  check_rank("channel_affine", "y", y, "N,C");
  const int64_t N = y.dim(0), C = y.dim(1);
  check_shape("channel_affine", "w", w, {C}, "C");
  if (b.defined()) check_shape("channel_affine", "b", b, {C}, "C");
  Tensor z = Tensor::empty(y.shape());
  kernels::scale_channels_forward(z.data(), y.data(), w.data(), /*N=*/1, /*HW=*/N, C);
  if (b.defined()) kernels::copy_rows({z.data(), /*add=*/true}, C, b.data(), /*x_stride=*/0, N, C);
  return record<ChannelAffineBackward>(z, y, w, b);
}

void ChannelAffineBackward::backward(const Tensor& dz) {
  const int64_t N = y.dim(0), C = y.dim(1);
  if (GradSlot dy = grad_slot(0)) kernels::scale_channels_dx(dy, dz.data(), w.data(), 1, N, C);
  if (GradSlot dw = batch_sum_slot(1)) kernels::channel_affine_dw(dw, dz.data(), y.data(), N, C);
  if (GradSlot db = batch_sum_slot(2)) kernels::column_sums(db, dz.data(), N, /*HW=*/1, C);
}

}  // namespace eca
