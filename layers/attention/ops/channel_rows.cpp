//   z [n,c] = sum_{j<K} w[c,j] y[n,first[c]+j]              y (N,M)   z (N,C)   w (C,K)   first (C)
//   dy[n,m] = sum_{c,j: first[c]+j=m} dz[n,c] w[c,j]
//   dw[c,j] = sum_n dz[n,c] y[n,first[c]+j]
// It is z = y W^T with a matrix W of C rows, and the gradients are those of a linear layer, at the places where W
// may differ from zero.
// Source: ECA-Net, arXiv 1910.03151v4, eqs. 5 (blocks) and 7 (band).  Saves: y and w (shared, no copy).
#include "layers/attention/ops/channel_rows.hpp"

#include <string>

#include "core/autograd/check.hpp"
#include "core/kernels/attention/channel_attention.hpp"

namespace eca {

struct ChannelRowsBackward final : Node {
  Saved y, w;
  std::vector<int64_t> first;
  ChannelRowsBackward(const Tensor& y_in, const Tensor& w_in, const std::vector<int64_t>& first_in)
      : Node({y_in, w_in}), y(y_in), w(w_in), first(first_in) {}
  const char* name() const override { return "ChannelRowsBackward"; }
  std::vector<NamedSaved> saved_tensors() const override { return {{"y", y}, {"w", w}}; }
  void backward(const Tensor& dz) override;
};

Tensor channel_rows(const Tensor& y, const Tensor& w, const std::vector<int64_t>& first) {
  check_rank("channel_rows", "y", y, "N,M");
  check_rank("channel_rows", "w", w, "C,K");
  const int64_t N = y.dim(0), M = y.dim(1), C = w.dim(0), K = w.dim(1);
  if (static_cast<int64_t>(first.size()) != C) {
    shape_error("channel_rows", "w has not as many rows as there are windows",
                {{"w", w, "C,K", "C = " + std::to_string(C) + ", windows " + std::to_string(first.size())}});
  }
  Tensor z = Tensor::empty({N, C});
  kernels::channel_rows_forward(z.data(), y.data(), w.data(), first.data(), N, M, C, K);
  return record<ChannelRowsBackward>(z, y, w, first);
}

void ChannelRowsBackward::backward(const Tensor& dz) {
  const int64_t N = y.dim(0), M = y.dim(1), C = w.dim(0), K = w.dim(1);
  if (GradSlot dy = grad_slot(0)) {
    kernels::channel_rows_dy(dy, dz.data(), w.data(), first.data(), N, M, C, K);
  }
  if (GradSlot dw = batch_sum_slot(1)) {
    kernels::channel_rows_dw(dw, dz.data(), y.data(), first.data(), N, M, C, K);
  }
}

std::vector<int64_t> band_windows(int64_t C, int64_t k) {
  std::vector<int64_t> first;
  for (int64_t c = 0; c < C; ++c) first.push_back(c - (k - 1) / 2);
  return first;
}

std::vector<int64_t> block_windows(int64_t C, int64_t k) {
  std::vector<int64_t> first;
  for (int64_t c = 0; c < C; ++c) first.push_back(c - c % k);
  return first;
}

std::vector<int64_t> own_windows(int64_t C, int64_t k) {
  std::vector<int64_t> first;
  for (int64_t c = 0; c < C; ++c) first.push_back(c * k);
  return first;
}

}  // namespace eca
