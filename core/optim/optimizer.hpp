// Optimizer: turns the gradients of parameters into changes of their values.
//
//   Sgd optimizer(parameters, {.momentum = 0.9, .weight_decay = 5e-4});
//   for (...) {
//     optimizer.clear_grads();
//     { Tape tape;  tape.backward(loss_of(batch)); }
//     optimizer.step(schedule.lr(i));
//   }
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/autograd/parameter.hpp"

namespace eca {

// All that an optimiser remembers from step to step; with it and the parameters a run continues bit for bit.
struct OptimizerState {
  std::map<std::string, Tensor> tensors;    // "momentum.layer1.0.conv1.weight", of the parameter's shape
  std::map<std::string, int64_t> counters;  // "step"
};

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;

  // Updates every parameter that has a gradient; leaves the others, and what is remembered of them, alone.
  // Throws Error unless lr is finite and not negative.
  void step(double lr) {
    prepare(lr);
    update();
  }
  // Its two halves. The first works out the coefficients of the step, on the host; the second is the work on arrays, the same each
  // time, which a Replay (core/memory/replay.hpp) may hold.
  virtual void prepare(double lr) = 0;
  virtual void update() = 0;
  // Forgets the gradients; call before each backward, which otherwise adds to them.
  void clear_grads();

  // The tensors share the optimiser's arrays: the next step changes them.
  const OptimizerState& state() const { return state_; }
  // Copies values. Throws Error, and changes nothing, unless names and shapes are those of state().
  void load_state(const OptimizerState& state);

 protected:
  // The parameters must outlive the optimiser. Throws Error if two have one name, as before Module::initialise().
  explicit Optimizer(std::vector<Parameter*> parameters);

  // One tensor of zeros for each parameter, in their order, part of the state as "<kind>.<parameter>".
  std::vector<Tensor> add_tensors(const std::string& kind);
  // A counter of the state, starting at 0.
  int64_t& add_counter(const std::string& name) { return state_.counters[name]; }
  const std::vector<Parameter*>& parameters() const { return parameters_; }

  static void check_lr(double lr);
  // Throws Error "<optimizer>: <name> = <value>, expected <low> <= <name> < <high>" for options out of range.
  static void check_option(const char* optimizer, const char* name, double value, double low, double high);

 private:
  std::vector<Parameter*> parameters_;
  OptimizerState state_;
};

}  // namespace eca
