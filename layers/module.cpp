#include "layers/module.hpp"

#include <numeric>

#include "core/base/scope.hpp"

namespace eca {

Tensor Module::operator()(const Tensor& x) {
  Scope scope(name_);
  return forward(x);
}

void Module::train(bool on) {
  training_ = on;
  for (const auto& child : children_) child->train(on);
}

void Module::collect(std::vector<Parameter*>& all, std::vector<Parameter> Module::*kind) {
  for (Parameter& parameter : this->*kind) all.push_back(&parameter);
  for (const auto& child : children_) child->collect(all, kind);
}

std::vector<Parameter*> Module::parameters() {
  std::vector<Parameter*> all;
  collect(all, &Module::parameters_);
  return all;
}

std::vector<Parameter*> Module::buffers() {
  std::vector<Parameter*> all;
  collect(all, &Module::buffers_);
  return all;
}

int64_t Module::parameter_count() {
  int64_t count = 0;
  for (const Parameter* parameter : parameters()) count += parameter->value.numel();
  return count;
}

Module* Module::find(const std::string& path) {
  if (path.empty()) return this;
  const size_t dot = path.find('.');
  for (const auto& child : children_) {
    if (child->name_ == path.substr(0, dot))
      return child->find(dot == std::string::npos ? "" : path.substr(dot + 1));
  }
  return nullptr;
}

// A name without its path has no dot.
void Module::name_all(const std::string& path) {
  for (auto* kind : {&parameters_, &buffers_}) {
    for (Parameter& parameter : *kind) {
      parameter.name = path + parameter.name.substr(parameter.name.rfind('.') + 1);
      parameter.value.set_name(parameter.name);
    }
  }
  for (const auto& child : children_) child->name_all(path + child->name_ + ".");
}

void Module::initialise(uint64_t seed) {
  name_parameters();
  for (Parameter* parameter : parameters()) eca::initialise(*parameter, seed);
  for (Parameter* buffer : buffers()) eca::initialise(*buffer, seed);
}

Tensor Module::add_parameter(const std::string& name, const Shape& shape, Init init, FileLayout layout,
                             bool decay) {
  Tensor value = Tensor::zeros(shape);
  value.set_name(name).set_requires_grad();
  parameters_.push_back({name, value, layout, init, decay});
  return value;
}

Tensor Module::add_buffer(const std::string& name, const Shape& shape, real value, FileLayout layout) {
  Tensor buffer = Tensor::full(shape, value);
  buffer.set_name(name);
  buffers_.push_back({name, buffer, layout, {Init::Kind::constant, static_cast<double>(value)}, false});
  return buffer;
}

Tensor Module::add_drawn_buffer(const std::string& name, const Shape& shape, Init init) {
  Tensor buffer = Tensor::empty(shape);
  std::vector<real> places(static_cast<size_t>(buffer.numel()));
  std::iota(places.begin(), places.end(), real{0});
  buffer.assign(places);
  buffer.set_name(name);
  buffers_.push_back({name, buffer, FileLayout::same, init, false});
  return buffer;
}

Module& Module::adopt(const std::string& name, std::unique_ptr<Module> child) {
  child->name_ = name;
  children_.push_back(std::move(child));
  return *children_.back();
}

Module& Sequential::adopt_last(std::unique_ptr<Module> child) {
  order_.push_back(&adopt(std::to_string(order_.size()), std::move(child)));
  return *order_.back();
}

Tensor Sequential::forward(const Tensor& x) {
  Tensor y = x;
  for (Module* child : order_) y = (*child)(y);
  return y;
}

}  // namespace eca
