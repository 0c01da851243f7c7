#include "docs/book/exercises/09_channel_conv/task.hpp"

#include "docs/book/exercises/check.hpp"
#include "layers/attention/ops/channel_conv1d.hpp"

using namespace eca;

static Tensor tensor(const Shape& shape, const std::vector<double>& values) {
  return Tensor::from(shape, {values.begin(), values.end()});
}

int main() {
  for (const int k : {1, 3, 5, 7}) {
    for (const int C : {3, 8}) {
      std::vector<double> y, w, dz;
      for (int c = 0; c < C; ++c) y.push_back(exercise::noise(c)), dz.push_back(exercise::noise(100 + c));
      for (int j = 0; j < k; ++j) w.push_back(exercise::noise(200 + j));
      Tensor y_tensor = tensor({1, C}, y), w_tensor = tensor({k}, w);
      y_tensor.set_requires_grad();
      w_tensor.set_requires_grad();
      {
        Tape tape;
        tape.backward(channel_conv1d(y_tensor, w_tensor), tensor({1, C}, dz));
      }
      const ChannelConvGradients d = channel_conv_backward(y, w, dz);
      const std::string where = " for C = " + std::to_string(C) + ", k = " + std::to_string(k);
      exercise::check(d.dy.size() == y.size() && d.dw.size() == w.size(), "as many values as y and w have");
      for (size_t c = 0; c < d.dy.size() && c < y.size(); ++c) {
        exercise::near("dy" + where, d.dy[c], static_cast<double>(y_tensor.grad().values()[c]));
      }
      for (size_t j = 0; j < d.dw.size() && j < w.size(); ++j) {
        exercise::near("dw" + where, d.dw[j], static_cast<double>(w_tensor.grad().values()[j]));
      }
    }
  }
  return exercise::result();
}
