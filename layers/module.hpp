// Module: a part of a network with named parameters, buffers and children.
//
//   struct Head : Module {
//     Linear& fc;
//     Head() : fc(add_child<Linear>("fc", 64, 10)) {}
//     Tensor forward(const Tensor& x) override { return fc(x); }
//   };
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/autograd/parameter.hpp"
#include "core/autograd/tensor.hpp"

namespace eca {

class Module {
 public:
  Module() = default;
  virtual ~Module() = default;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  // Runs forward inside the scope of this module's name, so that tape nodes and errors know where they are.
  Tensor operator()(const Tensor& x);
  virtual Tensor forward(const Tensor& x) = 0;

  // Training or evaluation, for this module and all below it. A new module trains.
  void train(bool on = true);
  void eval() { train(false); }
  bool training() const { return training_; }

  // All parameters / buffers of this module and those below it, in the order they were added (PyTorch's
  // order). Buffers are state that training changes but the optimiser does not: running statistics.
  std::vector<Parameter*> parameters();
  std::vector<Parameter*> buffers();
  int64_t parameter_count();

  // The module below this one at a path such as "layer1.0.eca"; this one for an empty path, null if there is none.
  Module* find(const std::string& path);

  // Gives every parameter and buffer its full path as name. Call on the outermost module.
  void name_parameters() { name_all(""); }
  // That, and initial values drawn from `seed`. Call on the outermost module; calling again starts over.
  void initialise(uint64_t seed);

  const std::string& name() const { return name_; }

 protected:
  // The tensors returned share their arrays with what parameters() returns. `init` is applied by
  // initialise().
  Tensor add_parameter(const std::string& name, const Shape& shape, Init init, FileLayout layout, bool decay);
  Tensor add_buffer(const std::string& name, const Shape& shape, real value,
                    FileLayout layout = FileLayout::same);
  // A buffer whose values initialise() draws; 0, 1, 2, ... until then.
  Tensor add_drawn_buffer(const std::string& name, const Shape& shape, Init init);

  // Adds a child and returns it; the child is owned by this module.
  template <class Child, class... Args>
  Child& add_child(const std::string& name, Args&&... args) {
    auto child = std::make_unique<Child>(std::forward<Args>(args)...);
    Child& reference = *child;
    adopt(name, std::move(child));
    return reference;
  }
  Module& adopt(const std::string& name, std::unique_ptr<Module> child);

 private:
  void collect(std::vector<Parameter*>& all, std::vector<Parameter> Module::*kind);
  void name_all(const std::string& path);

  std::string name_;
  bool training_ = true;
  std::vector<Parameter> parameters_, buffers_;
  std::vector<std::unique_ptr<Module>> children_;
};

// Children run one after the other; named "0", "1", ... as in PyTorch.
class Sequential : public Module {
 public:
  template <class Child, class... Args>
  Child& append(Args&&... args) {
    Child& child = add_child<Child>(std::to_string(order_.size()), std::forward<Args>(args)...);
    order_.push_back(&child);
    return child;
  }
  // A child that was made elsewhere, last in order.
  Module& adopt_last(std::unique_ptr<Module> child);
  Tensor forward(const Tensor& x) override;

 private:
  std::vector<Module*> order_;
};

}  // namespace eca
