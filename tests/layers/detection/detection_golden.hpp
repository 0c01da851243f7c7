// The cases of tests/golden/detection.safetensors, made by make_detection_golden.py.
#pragma once

#include <string>
#include <vector>

#include "layers/detection/corner_box.hpp"
#include "tests/golden/golden.hpp"

namespace eca::test {

// Ops equal torchvision's to this, relative to the largest value.
#ifdef ECA_REAL_DOUBLE
inline constexpr double kDetectionTolerance = 1e-9;
#else
inline constexpr double kDetectionTolerance = 1e-5;
#endif

inline std::vector<GoldenCase> cases_of(const Golden& golden, const std::string& op) {
  std::vector<GoldenCase> cases;
  for (const GoldenCase& c : golden.cases()) {
    if (c.option<std::string>("op") == op) cases.push_back(c);
  }
  return cases;
}

inline std::vector<double> doubles(const Tensor& x) {
  const std::vector<real> values = x.values();
  return {values.begin(), values.end()};
}

// Rows of four numbers, or of `skip` others and then four.
inline std::vector<CornerBox> as_boxes(const Tensor& x, size_t skip = 0) {
  const std::vector<double> values = doubles(x);
  std::vector<CornerBox> boxes;
  for (size_t i = 0; i < values.size(); i += skip + 4) {
    const double* row = values.data() + i + skip;
    boxes.push_back({row[0], row[1], row[2], row[3]});
  }
  return boxes;
}

inline Tensor as_tensor(const std::vector<double>& values, const Shape& shape) {
  return Tensor::from(shape, std::vector<real>(values.begin(), values.end()));
}

inline Tensor as_tensor(const std::vector<CornerBox>& boxes) {
  std::vector<double> values;
  for (const CornerBox& box : boxes) values.insert(values.end(), {box.x1, box.y1, box.x2, box.y2});
  return as_tensor(values, {static_cast<int64_t>(boxes.size()), 4});
}

}  // namespace eca::test
