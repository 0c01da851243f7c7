#include "experiments/stat/observe.hpp"

#include <cctype>
#include <chrono>
#include <set>

#include "core/storage.hpp"
#include "core/tape.hpp"

namespace eca {

namespace {

using Clock = std::chrono::steady_clock;

// "MaxPool2dBackward" -> "MaxPool2d"
std::string kind_of(const Node& node) {
  const std::string name = node.name(), suffix = "Backward";
  return name.ends_with(suffix) ? name.substr(0, name.size() - suffix.size()) : name;
}

// "MaxPool2d" -> "max_pool2d"
std::string function_name(const std::string& kind) {
  std::string name;
  for (const char c : kind) {
    if (std::isupper(static_cast<unsigned char>(c)) && !name.empty()) name += '_';
    name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

// The parameters of a network, each counted where it is first used.
class ParameterCounter {
 public:
  explicit ParameterCounter(Module& network) {
    for (const Parameter* parameter : network.parameters()) all_.insert(parameter->value.gradient());
  }
  bool contains(const GradientPtr& input) const { return all_.contains(input); }
  int64_t count(const GradientPtr& input) {
    return contains(input) && used_.insert(input).second ? input->shape.numel() : 0;
  }

 private:
  std::set<GradientPtr> all_, used_;
};

Operation operation_of(const Node& node, ParameterCounter& parameters) {
  Operation op = {
      .kind = kind_of(node), .module = node.scope(), .output = node.output()->shape, .window = node.window()};
  bool has_parameters = false;
  for (const GradientPtr& input : node.inputs()) {
    if (!input) continue;
    op.inputs.push_back(input->shape);
    op.parameters += parameters.count(input);
    has_parameters = has_parameters || parameters.contains(input);
  }
  if (!has_parameters) op.module += (op.module.empty() ? "" : ".") + function_name(op.kind);
  return op;
}

// Every op is recorded as soon as it is computed: from one recording to the next is its time.
Observation observe_once(Module& network, const Shape& input) {
  const int64_t before = memory_stats().live_bytes;
  Tensor x = Tensor::zeros(input).set_name("input").set_requires_grad();
  ParameterCounter parameters(network);
  Tape tape;
  Clock::time_point last = Clock::now();
  const Tensor y = network(x);
  Observation seen;
  seen.kept_values = (memory_stats().live_bytes - before) / static_cast<int64_t>(sizeof(real));
  for (size_t i = 0; i < tape.size(); ++i) {
    Operation op = operation_of(tape.node(i), parameters);
    op.seconds = std::chrono::duration<double>(tape.node(i).recorded_at() - last).count();
    last = tape.node(i).recorded_at();
    seen.operations.push_back(std::move(op));
  }
  return seen;
}

}  // namespace

double Observation::seconds() const {
  double sum = 0;
  for (const Operation& op : operations) sum += op.seconds;
  return sum;
}

Observation observe(Module& network, const Shape& input, int passes) {
  network.eval();
  release_free_memory();  // an array taken from the free list may be larger than what it holds
  Observation fastest = observe_once(network, input);
  const int64_t kept_values = fastest.kept_values;
  for (int i = 1; i < passes; ++i) {
    Observation again = observe_once(network, input);
    if (again.seconds() < fastest.seconds()) fastest = std::move(again);
  }
  fastest.kept_values = kept_values;
  return fastest;
}

}  // namespace eca
