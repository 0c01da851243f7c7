#include "core/optim/optimizer.hpp"

#include <cmath>
#include <set>
#include <sstream>
#include <utility>

#include "core/base/error.hpp"
#include "core/kernels/elementwise/copy.hpp"

namespace eca {

Optimizer::Optimizer(std::vector<Parameter*> parameters) : parameters_(std::move(parameters)) {
  std::set<std::string> names;
  for (const Parameter* parameter : parameters_) {
    if (!names.insert(parameter->name).second) {
      throw Error("optimizer: two parameters are named \"" + parameter->name +
                  "\"; initialise(seed), called on the outermost module first, gives each its path as name");
    }
  }
  for (Parameter* parameter : parameters_) {
    if (parameter->value.requires_grad()) parameter->value.gradient()->reserve();
  }
}

void Optimizer::clear_grads() {
  for (Parameter* parameter : parameters_) parameter->value.clear_grad();
}

std::vector<Tensor> Optimizer::add_tensors(const std::string& kind) {
  std::vector<Tensor> tensors;
  for (const Parameter* parameter : parameters_) {
    const std::string name = kind + "." + parameter->name;
    tensors.push_back(Tensor::zeros(parameter->value.shape()).set_name(name));
    state_.tensors[name] = tensors.back();
  }
  return tensors;
}

// Throws Error unless both maps have the same keys.
template <class Value>
static void check_same_names(const std::map<std::string, Value>& expected,
                             const std::map<std::string, Value>& found) {
  for (const auto& [name, value] : expected) {
    if (!found.contains(name)) throw Error("optimizer state: \"" + name + "\" is missing");
  }
  for (const auto& [name, value] : found) {
    if (!expected.contains(name))
      throw Error("optimizer state: \"" + name + "\" does not belong to this optimizer");
  }
}

void Optimizer::load_state(const OptimizerState& state) {
  check_same_names(state_.counters, state.counters);
  check_same_names(state_.tensors, state.tensors);
  for (const auto& [name, tensor] : state_.tensors) {
    const Shape& found = state.tensors.at(name).shape();
    if (found == tensor.shape()) continue;
    throw Error("optimizer state: \"" + name + "\": expected shape " + tensor.shape().str() + ", found " +
                found.str());
  }
  for (auto& [name, tensor] : state_.tensors) {
    const Tensor& from = state.tensors.at(name);
    kernels::copy({tensor.write_in_place()}, from.data(), from.numel());
  }
  for (auto& [name, counter] : state_.counters) counter = state.counters.at(name);
}

void Optimizer::check_lr(double lr) {
  if (std::isfinite(lr) && lr >= 0) return;
  throw Error("optimizer: learning rate " + std::to_string(lr) +
              ", expected a finite number that is not negative");
}

void Optimizer::check_option(const char* optimizer, const char* name, double value, double low, double high) {
  if (value >= low && value < high) return;  // false for NaN
  std::ostringstream text;
  text << optimizer << ": " << name << " = " << value << ", expected " << low << " <= " << name << " < "
       << high;
  throw Error(text.str());
}

}  // namespace eca
