#include "core/files/dtype.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/error.hpp"

namespace eca {

namespace {

struct DtypeRow {
  Dtype dtype;
  const char* name;
  const char* pytorch;
  int64_t size;
  bool integer;
};

constexpr DtypeRow kRows[] = {
    {Dtype::f64, "F64", "float64", 8, false}, {Dtype::f32, "F32", "float32", 4, false},
    {Dtype::f16, "F16", "float16", 2, false}, {Dtype::bf16, "BF16", "bfloat16", 2, false},
    {Dtype::i64, "I64", "int64", 8, true},    {Dtype::i32, "I32", "int32", 4, true},
    {Dtype::i16, "I16", "int16", 2, true},    {Dtype::i8, "I8", "int8", 1, true},
    {Dtype::u8, "U8", "uint8", 1, true},      {Dtype::boolean, "BOOL", "bool", 1, true},
};

const DtypeRow& row(Dtype dtype) {
  for (const DtypeRow& row : kRows) {
    if (row.dtype == dtype) return row;
  }
  throw Error("dtype: no such value");
}

template <class T>
std::vector<T> elements(std::span<const std::byte> bytes) {
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

template <class To, class From>
std::vector<To> each_as(const std::vector<From>& values, To (*as)(From)) {
  std::vector<To> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(), as);
  return result;
}

template <class To, class From>
To cast(From value) {
  return static_cast<To>(value);
}

template <class To>
To truth(uint8_t value) {
  return static_cast<To>(value != 0);
}

real real_of_half(uint16_t bits) { return float_of_half(bits); }
real real_of_bfloat16(uint16_t bits) { return float_of_bfloat16(bits); }

template <class To>
std::vector<To> integers_as(Dtype dtype, std::span<const std::byte> bytes) {
  switch (dtype) {
    case Dtype::i64:
      return each_as(elements<int64_t>(bytes), cast<To, int64_t>);
    case Dtype::i32:
      return each_as(elements<int32_t>(bytes), cast<To, int32_t>);
    case Dtype::i16:
      return each_as(elements<int16_t>(bytes), cast<To, int16_t>);
    case Dtype::i8:
      return each_as(elements<int8_t>(bytes), cast<To, int8_t>);
    case Dtype::u8:
      return each_as(elements<uint8_t>(bytes), cast<To, uint8_t>);
    case Dtype::boolean:
      return each_as(elements<uint8_t>(bytes), truth<To>);
    default:
      throw Error(std::string("file tensor: expected whole numbers (I64, I32, I16, I8, U8 or BOOL), found ") +
                  to_string(dtype));
  }
}

}  // namespace

const char* to_string(Dtype dtype) { return row(dtype).name; }
const char* pytorch_name(Dtype dtype) { return row(dtype).pytorch; }
int64_t size_of(Dtype dtype) { return row(dtype).size; }
bool is_integer(Dtype dtype) { return row(dtype).integer; }

std::optional<Dtype> parse_dtype(const std::string& name) {
  for (const DtypeRow& row : kRows) {
    if (name == row.name) return row.dtype;
  }
  return std::nullopt;
}

std::string dtype_names() {
  std::string names;
  for (const DtypeRow& row : kRows) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

// s eeeee mmmmmmmmmm
//   value = (-1)^s * 2^(e-15) * (1 + m/1024)      0 < e < 31
//   value = (-1)^s * 2^-14    * m/1024            e = 0
//   value = infinity where m = 0, else no number  e = 31
float float_of_half(uint16_t bits) {
  const int e = bits >> 10 & 0x1f, m = bits & 0x3ff;
  float value = 0;
  if (e == 31) {
    value = m == 0 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN();
  } else if (e == 0) {
    value = std::ldexp(static_cast<float>(m), -24);
  } else {
    value = std::ldexp(static_cast<float>(1024 + m), e - 25);
  }
  return bits >> 15 != 0 ? -value : value;
}

float float_of_bfloat16(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

std::vector<real> reals_of(Dtype dtype, std::span<const std::byte> bytes) {
  switch (dtype) {
    case Dtype::f64:
      return each_as(elements<double>(bytes), cast<real, double>);
    case Dtype::f32:
      return each_as(elements<float>(bytes), cast<real, float>);
    case Dtype::f16:
      return each_as(elements<uint16_t>(bytes), real_of_half);
    case Dtype::bf16:
      return each_as(elements<uint16_t>(bytes), real_of_bfloat16);
    default:
      return integers_as<real>(dtype, bytes);
  }
}

std::vector<int64_t> integers_of(Dtype dtype, std::span<const std::byte> bytes) {
  return integers_as<int64_t>(dtype, bytes);
}

}  // namespace eca
