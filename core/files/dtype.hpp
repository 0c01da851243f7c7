// The element types of safetensors files, and their values as numbers of this program.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/real.hpp"

namespace eca {

// The library itself writes f32, f64 and i64: reals of both builds, and counters. The others are of other programs.
enum class Dtype { f64, f32, f16, bf16, i64, i32, i16, i8, u8, boolean };

const char* to_string(Dtype dtype);     // as in the file: "F32"
const char* pytorch_name(Dtype dtype);  // as people call it: "float32"
int64_t size_of(Dtype dtype);           // bytes of one element
bool is_integer(Dtype dtype);           // i64 to u8, and boolean
// Nothing where no type is called so; dtype_names() lists those that are.
std::optional<Dtype> parse_dtype(const std::string& name);
std::string dtype_names();  // "F64, F32, F16, ..."

// The numbers that the bytes are, little-endian, rounded to `real`; true is 1. bytes.size() is a multiple of size_of(dtype).
std::vector<real> reals_of(Dtype dtype, std::span<const std::byte> bytes);
// The same, exactly. Throws Error unless is_integer(dtype).
std::vector<int64_t> integers_of(Dtype dtype, std::span<const std::byte> bytes);

// The number that 16 bits are: IEEE 754 binary16, 5 bits of exponent and 10 of mantissa, and bfloat16, the upper half of a
// float. Exact.
float float_of_half(uint16_t bits);
float float_of_bfloat16(uint16_t bits);

}  // namespace eca
