#include "experiments/explain/gate_matrix.hpp"

#include <algorithm>
#include <cstdlib>

#include "core/base/error.hpp"
#include "experiments/explain/tape_reader.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

namespace {

// The same squeeze in every row, as images of one pixel: from row c the walk starts at z[c].
Tensor repeated(const std::vector<double>& squeeze) {
  const auto C = static_cast<int64_t>(squeeze.size());
  std::vector<real> rows;
  for (int64_t i = 0; i < C * C; ++i) rows.push_back(static_cast<real>(squeeze[static_cast<size_t>(i % C)]));
  return Tensor::from({C, 1, 1, C}, rows).set_name("squeeze").set_requires_grad();
}

Tensor identity(int64_t C) {
  std::vector<real> I(static_cast<size_t>(C * C), 0);
  for (int64_t c = 0; c < C; ++c) I[static_cast<size_t>(c * C + c)] = 1;
  return Tensor::from({C, C}, I);
}

// Whether all that is asked of x is a mean or a maximum, which of one pixel are the pixel, and at last the product.
bool is_squeezed_by_means(const Tape& tape, const Tensor& x) {
  const std::vector<const Node*> ops = readers(tape, x.gradient());
  return std::ranges::all_of(ops, [](const Node* node) {
    return node->op() == "ScaleChannels" || node->op() == "GlobalAveragePool" ||
           node->op() == "GlobalMaxPool";
  });
}

const Node* first_of(const Tape& tape, const std::string& op) {
  for (size_t i = 0; i < tape.size(); ++i) {
    if (tape.node(i).op() == op) return &tape.node(i);
  }
  return nullptr;
}

// z: what the sigmoid of the gate reads.
Tensor before_sigmoid(const Tape& tape) {
  const Node* product = first_of(tape, "ScaleChannels");
  const Node* sigmoid = product == nullptr ? nullptr : producer(tape, *product, 1);
  if (sigmoid == nullptr || sigmoid->op() != "Sigmoid") return {};
  const Node* z = producer(tape, *sigmoid, 0);
  return z == nullptr ? Tensor() : z->value();
}

std::vector<double> shared_kernel(const Tape& tape, Module& attention) {
  const Node* convolution = first_of(tape, "ChannelConv1d");
  std::vector<double> kernel;
  if (convolution == nullptr) return kernel;
  for (const Parameter* parameter : attention.parameters()) {
    if (parameter->value.gradient() != convolution->inputs()[1]) continue;
    for (const real w : parameter->value.values()) kernel.push_back(static_cast<double>(w));
  }
  return kernel;
}

// How far apart the channels of a weight that is not zero are at most.
int64_t reach(const GateMatrix& m, bool ring) {
  int64_t most = 0;
  for (int64_t i = 0; i < m.channels * m.channels; ++i) {
    const int64_t apart = std::abs(i / m.channels - i % m.channels);
    if (m.W[static_cast<size_t>(i)] != 0)
      most = std::max(most, ring ? std::min(apart, m.channels - apart) : apart);
  }
  return most;
}

bool lies_in_blocks(const GateMatrix& m, int64_t block) {
  for (int64_t i = 0; i < m.channels * m.channels; ++i) {
    if (m.W[static_cast<size_t>(i)] != 0 && i / m.channels / block != i % m.channels / block) return false;
  }
  return true;
}

int64_t most_in_a_row(const GateMatrix& m) {
  int64_t most = 0;
  for (auto row = m.W.begin(); row != m.W.end(); row += m.channels)
    most = std::max(most, m.channels - std::count(row, row + m.channels, 0.0));
  return most;
}

}  // namespace

std::optional<GateMatrix> gate_matrix(Module& attention, const std::vector<double>& squeeze) {
  const auto C = static_cast<int64_t>(squeeze.size());
  const PlainOps plain;
  const bool trained = attention.training();
  attention.eval();
  const Tensor x = repeated(squeeze);
  Tape tape;
  tape.keep_values(true);
  try {
    attention(x);
  } catch (const ShapeError&) {  // a spread needs two pixels
    attention.train(trained);
    return std::nullopt;
  }
  attention.train(trained);
  const Tensor z = before_sigmoid(tape);
  if (!z.defined() || z.rank() != 2 || !is_squeezed_by_means(tape, x)) return std::nullopt;
  GateMatrix matrix = {.channels = C, .kernel = shared_kernel(tape, attention)};
  tape.backward(z, identity(C));
  for (const real w : x.grad().values()) matrix.W.push_back(static_cast<double>(w));
  return matrix;
}

std::string structure(const GateMatrix& matrix) {
  const int64_t C = matrix.channels, most = most_in_a_row(matrix), p = reach(matrix, false),
                q = reach(matrix, true);
  if (most == 0) return "zero";
  if (p == 0) return "diagonal";
  for (int64_t block = 2; block < C; ++block) {
    if (C % block == 0 && lies_in_blocks(matrix, block)) return "blocks of " + std::to_string(block);
  }
  if (most == 2 * p + 1) return "band of " + std::to_string(2 * p + 1);
  if (most == 2 * q + 1) return "band of " + std::to_string(2 * q + 1) + ", closed to a ring";
  if (most < C) return std::to_string(most) + " of " + std::to_string(C) + " a row";
  return "full";
}

}  // namespace eca
