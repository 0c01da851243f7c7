#include "experiments/stat/observe.hpp"

#include <cctype>
#include <map>
#include <set>

#include "core/autograd/tape.hpp"
#include "core/base/profile.hpp"
#include "core/memory/storage.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

namespace {

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
      .kind = node.op(), .module = node.scope(), .output = node.output()->shape, .window = node.window()};
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

// What an op takes in its module; the calls of one module share alike.
std::map<std::pair<std::string, std::string>, double> seconds_by_scope_and_op(const Profile& profile) {
  std::map<std::pair<std::string, std::string>, double> seconds;
  for (const Span& span : profile.spans()) {
    seconds[{span.scope, span.op}] = span.seconds / static_cast<double>(span.count);
  }
  return seconds;
}

std::vector<Operation> observe_once(Module& network, const Shape& input) {
  const PlainOps plain;
  const Tensor x = Tensor::zeros(input).set_name("input").set_requires_grad();
  ParameterCounter parameters(network);
  Tape tape;
  Profile profile;
  network(x);
  const auto seconds = seconds_by_scope_and_op(profile);
  std::vector<Operation> operations;
  for (size_t i = 0; i < tape.size(); ++i) {
    const Node& node = tape.node(i);
    operations.push_back(operation_of(node, parameters));
    operations.back().seconds = seconds.at({node.scope(), node.op()});
  }
  return operations;
}

// Values in all arrays alive at the end of a forward pass, and not before it, for a batch of N images.
int64_t values_alive(Module& network, const Shape& image, int64_t N) {
  const int64_t before = memory_stats().live_bytes;
  const Tensor x =
      Tensor::zeros({N, image.dim(1), image.dim(2), image.dim(3)}).set_name("input").set_requires_grad();
  Tape tape;
  const Tensor y = network(x);
  return (memory_stats().live_bytes - before) / static_cast<int64_t>(sizeof(real));
}

// What one more image makes a forward pass of training keep; what it keeps once a batch, such as the moments of
// batch norm, is not in it. Two images are the fewest for which every batch norm has several values to a channel.
int64_t kept_values(Module& network, const Shape& image) {
  network.train();
  return values_alive(network, image, 3) - values_alive(network, image, 2);
}

}  // namespace

double Observation::seconds() const {
  double sum = 0;
  for (const Operation& op : operations) sum += op.seconds;
  return sum;
}

Observation observe(Module& network, const Shape& input, int passes, bool kept) {
  Observation fastest = {.kept_values = kept ? kept_values(network, input) : 0};
  network.eval();
  for (int i = 0; i < passes; ++i) {
    Observation seen = {observe_once(network, input), fastest.kept_values};
    if (i == 0 || seen.seconds() < fastest.seconds()) fastest = std::move(seen);
  }
  return fastest;
}

}  // namespace eca
