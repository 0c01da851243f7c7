#include "tests/golden/golden.hpp"

#include <algorithm>
#include <filesystem>

#include "layers/state_dict.hpp"
#include "tests/catch.hpp"
#include "tests/tensors.hpp"

namespace eca::test {

static Tensor as_tensor(const FileTensor& tensor) {
  return Tensor::from(Shape(tensor.shape), tensor.reals());
}

GoldenCase::GoldenCase(const TensorFile& file, const nlohmann::json& options)
    : file_(&file), options_(options), name_(options.at("name").get<std::string>()) {}

const FileTensor& GoldenCase::at(const std::string& tensor) const { return file_->at(name_ + "." + tensor); }

bool GoldenCase::has(const std::string& tensor) const {
  return file_->tensors.contains(name_ + "." + tensor);
}

Tensor GoldenCase::same(const std::string& tensor) const { return as_tensor(at(tensor)); }

Tensor GoldenCase::images(const std::string& tensor) const { return permuted(same(tensor), {0, 2, 3, 1}); }

Tensor GoldenCase::kernel(const std::string& tensor) const { return permuted(same(tensor), {2, 3, 1, 0}); }

Tensor GoldenCase::matrix(const std::string& tensor) const { return permuted(same(tensor), {1, 0}); }

std::vector<int32_t> GoldenCase::labels(const std::string& tensor) const {
  const std::vector<int64_t> values = at(tensor).integers();
  return {values.begin(), values.end()};
}

TensorFile golden_file(const std::string& name) {
  return read_safetensors((std::filesystem::path(__FILE__).parent_path() / (name + ".safetensors")).string());
}

Golden::Golden(const std::string& kind) : file_(golden_file(kind)) {
  for (const auto& options : nlohmann::json::parse(file_.metadata.at("cases"))) {
    cases_.emplace_back(file_, options);
  }
}

Tensor permuted(const Tensor& x, const std::vector<int>& order) {
  std::vector<int64_t> strides(order.size(), 1), extents, steps;
  for (size_t i = order.size(); i-- > 1;) strides[i - 1] = strides[i] * x.dim(static_cast<int>(i));
  for (const int axis : order) {
    extents.push_back(x.dim(axis));
    steps.push_back(strides[static_cast<size_t>(axis)]);
  }
  const std::vector<real> from = x.values();
  std::vector<real> to;
  for (int64_t i = 0; i < x.numel(); ++i) {
    int64_t rest = i, offset = 0;
    for (size_t axis = order.size(); axis-- > 0; rest /= extents[axis]) {
      offset += rest % extents[axis] * steps[axis];
    }
    to.push_back(from[static_cast<size_t>(offset)]);
  }
  return Tensor::from(Shape(extents), to);
}

Tensor golden_tensor(const TensorFile& file, const std::string& name) { return as_tensor(file.at(name)); }

void set_parameter(Parameter& parameter, const Tensor& value) {
  REQUIRE(parameter.value.shape() == value.shape());
  parameter.value.assign(value.values());
}

void load_golden(Module& module, const TensorFile& file, const std::string& prefix) {
  TensorFile chosen;
  chosen.path = file.path;
  for (const auto& [name, tensor] : save_state(module).tensors) {
    if (name.ends_with("num_batches_tracked")) continue;
    chosen.tensors.emplace(name, file.at(prefix + name));
  }
  load_state(module, chosen);
}

Tensor in_file_order(const Parameter& parameter, const Tensor& value) {
  if (!value.defined()) return {};
  Parameter copy = parameter;
  copy.value = value;
  return as_tensor(to_file(copy));
}

void check_golden(const std::string& what, const Tensor& found, const Tensor& expected, double tolerance) {
  INFO(what);
  CHECK(difference(found, expected, tolerance) == "");
}

}  // namespace eca::test
