// The golden files: what PyTorch computed, see make_golden.py. Axes are turned here, at the border.
//
//   const Golden golden("linear");
//   for (const GoldenCase& c : golden.cases()) ... c.matrix("w") ... c.option<bool>("bias") ...
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/autograd/tensor.hpp"
#include "core/files/safetensors.hpp"
#include "layers/module.hpp"

namespace eca::test {

// Largest difference allowed, relative to the largest value of a tensor.
#ifdef ECA_REAL_DOUBLE
inline constexpr double kGoldenTolerance = 1e-9;
#else
inline constexpr double kGoldenTolerance = 1e-4;
#endif

class GoldenCase {
 public:
  GoldenCase(const TensorFile& file, const nlohmann::json& options);

  const std::string& name() const { return name_; }
  template <class T>
  T option(const std::string& key) const {
    return options_.at(key).get<T>();
  }
  bool has_option(const std::string& key) const { return options_.contains(key); }

  bool has(const std::string& tensor) const;
  Tensor same(const std::string& tensor) const;    // axes as in the file
  Tensor images(const std::string& tensor) const;  // (N,C,H,W) -> (N,H,W,C)
  Tensor kernel(const std::string& tensor) const;  // (O,I,KH,KW) -> (KH,KW,I,O)
  Tensor matrix(const std::string& tensor) const;  // (O,I) -> (I,O)
  std::vector<int32_t> labels(const std::string& tensor) const;

 private:
  const FileTensor& at(const std::string& tensor) const;

  const TensorFile* file_;
  nlohmann::json options_;
  std::string name_;
};

// tests/golden/<kind>.safetensors
class Golden {
 public:
  explicit Golden(const std::string& kind);
  Golden(const Golden&) = delete;
  Golden& operator=(const Golden&) = delete;

  const std::vector<GoldenCase>& cases() const { return cases_; }
  const TensorFile& file() const { return file_; }

 private:
  TensorFile file_;
  std::vector<GoldenCase> cases_;
};

// The whole file tests/golden/<name>.safetensors.
TensorFile golden_file(const std::string& name);

// x with its axes in another order: axis i of the result is axis order[i] of x.
Tensor permuted(const Tensor& x, const std::vector<int>& order);

// Parameters and buffers of a module from the tensors of a golden file called <prefix><parameter>.
void load_golden(Module& module, const TensorFile& file, const std::string& prefix);
// Copies a golden tensor into one parameter.
void set_parameter(Parameter& parameter, const Tensor& value);
Tensor golden_tensor(const TensorFile& file, const std::string& name);
// A value or gradient of the parameter, with the axes of the file.
Tensor in_file_order(const Parameter& parameter, const Tensor& value);

// Fails the running test unless found agrees with the golden tensor, up to the tolerance.
void check_golden(const std::string& what, const Tensor& found, const Tensor& expected,
                  double tolerance = kGoldenTolerance);

}  // namespace eca::test
