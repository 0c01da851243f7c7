#include "experiments/explain/gates.hpp"

#include "experiments/explain/tape_reader.hpp"

namespace eca {

namespace {

// The mean over everything between the first axis and the last: (N,...,C) -> (N,C).
Tensor mean_over_places(const Tensor& x) {
  const int64_t N = x.dim(0), C = x.dim(-1), places = x.numel() / (N * C);
  const std::vector<real> values = x.values();
  std::vector<double> sums(static_cast<size_t>(N * C));
  for (int64_t i = 0; i < x.numel(); ++i)
    sums[static_cast<size_t>(i / (places * C) * C + i % C)] +=
        static_cast<double>(values[static_cast<size_t>(i)]);
  std::vector<real> means;
  for (const double sum : sums) means.push_back(static_cast<real>(sum / static_cast<double>(places)));
  return Tensor::from({N, C}, means);
}

Tensor product(const Tensor& a, const Tensor& b) {
  std::vector<real> y = a.values();
  const std::vector<real> factors = b.values();
  for (size_t i = 0; i < y.size(); ++i) y[i] *= factors[i];
  return Tensor::from(a.shape(), y);
}

// (N,C); undefined if the op is none that weighs channels.
Tensor gate_values(const Tape& tape, const Node& node) {
  const Node* s = producer(tape, node, 1);
  if (s == nullptr) return {};
  const std::string op = node.op();
  if (op == "ScaleChannels") return s->value();
  if (op == "Mul" && node.value().rank() == 4) return mean_over_places(s->value());
  if (op == "ScaleStrips")
    return product(mean_over_places(s->value()), mean_over_places(producer(tape, node, 2)->value()));
  return {};
}

}  // namespace

std::vector<Gate> gates_on(const Tape& tape) {
  std::vector<Gate> gates;
  for (size_t i = 0; i < tape.size(); ++i) {
    const Node& node = tape.node(i);
    const Tensor values = gate_values(tape, node);
    const Node* before = producer(tape, node, 0);
    if (values.defined() && before != nullptr)
      gates.push_back({node.scope(), before->value(), node.value(), values});
  }
  return gates;
}

void add_gates(std::vector<GateTable>& tables, const std::vector<Gate>& gates) {
  if (tables.empty()) tables.resize(gates.size());
  for (size_t b = 0; b < gates.size(); ++b) {
    GateTable& table = tables[b];
    table.module = gates[b].module;
    table.channels = gates[b].values.dim(1);
    const auto C = static_cast<size_t>(table.channels);
    table.squeeze.resize(C);
    const std::vector<real> values = gates[b].values.values(),
                            means = mean_over_places(gates[b].before).values();
    for (size_t i = 0; i < values.size(); ++i) {
      table.values.push_back(static_cast<double>(values[i]));
      table.squeeze[i % C] += static_cast<double>(means[i]);
    }
  }
}

void end_gates(std::vector<GateTable>& tables) {
  for (GateTable& table : tables) {
    for (double& sum : table.squeeze) sum /= static_cast<double>(table.images());
  }
}

}  // namespace eca
