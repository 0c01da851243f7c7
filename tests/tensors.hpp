// Tensors for tests: random ones, and how two of them differ.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/autograd/tensor.hpp"

namespace eca::test {

// Uniform in [low, high), a function of shape and seed alone.
Tensor random_tensor(const Shape& shape, uint64_t seed, double low = -1, double high = 1);
// The same, but no value within `gap` of one of the kinks, where an activation has no derivative.
Tensor random_away_from(const std::vector<double>& kinks, const Shape& shape, uint64_t seed, double low,
                        double high, double gap = 0.05);
// A shuffle of numbers that are at least 0.01 apart: no ties for max-pooling.
Tensor distinct_tensor(const Shape& shape, uint64_t seed);
// An array that was never written: all NaN.
Tensor nan_tensor(const Shape& shape);
Tensor copy_of(const Tensor& x);

// "(1,0,2)", the index of element i.
std::string index_text(const Shape& shape, int64_t i);

// Empty if the shapes agree and every |found - expected| <= absolute + relative * max|expected|; otherwise
// what differs most and where. NaN never agrees.
//   CHECK(difference(y, expected, 1e-6) == "");
std::string difference(const Tensor& found, const Tensor& expected, double relative, double absolute = 0);

bool same_bits(const Tensor& a, const Tensor& b);

}  // namespace eca::test
