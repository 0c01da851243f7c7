#ifdef ECA_REAL_DOUBLE

#include "tests/gradcheck.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/autograd/tape.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"
#if __has_include("visit.hpp")  // where the processor plays the GPU: core/cuda/host/
#include "core/cuda/host/visit.hpp"
using MemoryOpen = eca::cuda::Visit;
#else
struct MemoryOpen {};
#endif

namespace eca::test {

namespace {

constexpr double kStep = 1e-6, kRelative = 1e-5, kFloor = 1e-7;
constexpr size_t kFaultsShown = 5;  // of one input

using Forward = std::function<Tensor()>;

// Uniform in +-[0.5, 1.5): no element's gradient is lost.
Tensor random_cotangent(const Shape& shape) { return random_away_from({0}, shape, 77, -1.5, 1.5, 0.5); }

// The gradients after `times` backward passes, the inputs numbered from..to-1 wanting one.
std::vector<Tensor> gradients(const std::vector<GradInput>& inputs, const Forward& forward, const Tensor& dy,
                              size_t from, size_t to, int times) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    Tensor tensor = inputs[i].tensor;
    tensor.set_requires_grad(false).set_requires_grad(i >= from && i < to);
  }
  for (int time = 0; time < times; ++time) {
    Tape tape;
    tape.backward(forward(), dy);
  }
  std::vector<Tensor> all;
  for (size_t i = from; i < to; ++i) {
    const Tensor gradient = inputs[i].tensor.grad();
    all.push_back(gradient.defined() ? copy_of(gradient) : Tensor());
  }
  return all;
}

// sum dy * (y_high - y_low), term by term, so that large y do not cost digits.
double loss_difference(const Tensor& dy, const Tensor& high, const Tensor& low) {
  const std::vector<real> d = dy.values(), above = high.values(), below = low.values();
  double sum = 0;
  for (size_t i = 0; i < d.size(); ++i) sum += d[i] * (above[i] - below[i]);
  return sum;
}

double central_difference(Tensor x, size_t i, const Forward& forward, const Tensor& dy) {
  const NoGrad no_grad;
  // Closed and opened for every kernel, which is a system call where the processor has no keys for memory, it would take most of the
  // time; the pass that gave the gradients has run without this.
  [[maybe_unused]] const MemoryOpen open;
  std::vector<real> values = x.values();
  const real before = values[i], above = before + kStep, below = before - kStep;
  const auto with = [&](real value) {
    values[i] = value;
    x.assign(values);
  };
  with(above);
  const Tensor high = copy_of(forward());  // copies: reshape returns x's own array
  with(below);
  const Tensor low = copy_of(forward());
  with(before);
  return loss_difference(dy, high, low) / (above - below);
}

std::string fault_text(const GradInput& input, int64_t i, double analytic, double numeric) {
  char values[96];
  std::snprintf(values, sizeof values, ": backward says %.12g, differences say %.12g", analytic, numeric);
  return "d" + input.name + index_text(input.tensor.shape(), i) + values;
}

void compare(std::vector<std::string>& faults, const GradInput& input, const Tensor& analytic,
             const Forward& forward, const Tensor& dy) {
  const SettingsRestored restored;
  set_threads(1);  // thousands of tiny forwards
  size_t wrong = 0;
  bool all_zero = true;
  const std::vector<real> gradient = analytic.values();
  for (size_t i = 0; i < gradient.size(); ++i) {
    const double a = gradient[i], n = central_difference(input.tensor, i, forward, dy);
    all_zero = all_zero && a == 0;
    const bool close = std::abs(a - n) <= kFloor + kRelative * std::max(std::abs(a), std::abs(n));
    if (!close && ++wrong <= kFaultsShown) faults.push_back(fault_text(input, static_cast<int64_t>(i), a, n));
  }
  if (wrong > kFaultsShown) {
    faults.push_back("d" + input.name + ": " + std::to_string(wrong) + " of " +
                     std::to_string(analytic.numel()) + " elements are wrong");
  }
  if (all_zero) faults.push_back("d" + input.name + " is zero everywhere");
}

// Nodes that keep what saved_tensors() does not name.
void check_names_of_saved(std::vector<std::string>& faults, const Forward& forward) {
  Tape tape;
  const Tensor y = forward();
  for (size_t i = 0; i < tape.size(); ++i) {
    const Node& node = tape.node(i);
    int64_t named = 0;
    for (const NamedSaved& saved : node.saved_tensors()) {
      if (saved.saved.defined()) named += saved.saved.numel() * static_cast<int64_t>(sizeof(real));
    }
    if (named == node.saved_bytes()) continue;
    faults.push_back(std::string(node.name()) + " saves " + std::to_string(node.saved_bytes()) +
                     " bytes, its saved_tensors() have " + std::to_string(named));
  }
}

}  // namespace

std::vector<std::string> gradient_faults(const std::vector<GradInput>& inputs, const Forward& forward) {
  const SettingsRestored restored;
  set_poison(true);
  std::vector<std::string> faults;
  std::vector<Tensor> inputs_before;
  for (const GradInput& input : inputs) inputs_before.push_back(copy_of(input.tensor));
  const Tensor dy = random_cotangent(forward().shape()), dy_before = copy_of(dy);
  const size_t n = inputs.size();

  const std::vector<Tensor> once = gradients(inputs, forward, dy, 0, n, 1);
  const std::vector<Tensor> twice = gradients(inputs, forward, dy, 0, n, 2);
  for (size_t i = 0; i < n; ++i) {
    const std::string d_name = "d" + inputs[i].name;
    if (!once[i].defined()) {
      faults.push_back(d_name + " was never written");
      continue;
    }
    compare(faults, inputs[i], once[i], forward, dy);
    std::vector<real> doubled = once[i].values();
    for (real& value : doubled) value *= 2;
    const std::string add_fault = difference(twice[i], Tensor::from(once[i].shape(), doubled), 1e-12);
    if (!add_fault.empty()) faults.push_back(d_name + " is not doubled by a second backward: " + add_fault);
    const std::vector<Tensor> alone = gradients(inputs, forward, dy, i, i + 1, 1);
    if (!alone[0].defined() || !same_bits(alone[0], once[i])) {
      faults.push_back(d_name + " is another one when only it is wanted");
    }
    if (!same_bits(inputs[i].tensor, inputs_before[i])) faults.push_back(inputs[i].name + " was written to");
  }
  if (!same_bits(dy, dy_before)) faults.push_back("dy was written to");
  check_names_of_saved(faults, forward);
  for (const GradInput& input : inputs) Tensor(input.tensor).set_requires_grad();
  return faults;
}

std::vector<GradInput> with_parameters(std::vector<GradInput> inputs,
                                       const std::vector<Parameter*>& parameters) {
  for (const Parameter* parameter : parameters) inputs.push_back({parameter->name, parameter->value});
  return inputs;
}

void randomise(Module& module) {
  module.initialise(1);  // gives names
  uint64_t seed = 100;
  const auto fill = [&](Parameter* parameter, double low, double high) {
    parameter->value.assign(random_tensor(parameter->value.shape(), ++seed, low, high).values());
  };
  for (Parameter* parameter : module.parameters()) {
    fill(parameter, parameter->value.rank() == 4 ? -0.7 : 0.1, 0.8);
  }
  for (Parameter* buffer : module.buffers()) {
    const bool counts = buffer->layout == FileLayout::counter || buffer->init.kind == Init::Kind::permutation;
    if (!counts) fill(buffer, 0.2, 1.2);
  }
}

void gradcheck(const std::string& op, const std::vector<GradInput>& inputs, const Forward& forward) {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    INFO(op << ", " << to_string(mode) << " kernels");
    const std::vector<std::string> faults = gradient_faults(inputs, forward);
    std::string text;
    for (const std::string& fault : faults) text += "\n  " + fault;
    CHECK(text == "");
    ++counters.gradient_checks;
  }
}

}  // namespace eca::test

#endif
