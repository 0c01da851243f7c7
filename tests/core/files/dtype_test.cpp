#include "core/files/dtype.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <set>

#include "core/base/error.hpp"
#include "core/files/safetensors.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("dtypes: every type that PyTorch writes is read to the value PyTorch has",
          "[core][dtype][golden]") {
  const TensorFile file = golden_file("pytorch/dtypes");
  int types = 0;
  for (const auto& [name, tensor] : file.tensors) {
    if (name.ends_with("_expected")) continue;
    CAPTURE(name);
    ++types;
    CHECK(name == pytorch_name(tensor.dtype));
    const FileTensor& expected = file.at(name + "_expected");
    REQUIRE(expected.dtype == Dtype::f64);
    CHECK(tensor.reals() == expected.reals());
    if (!is_integer(tensor.dtype)) continue;
    std::vector<double> exact(expected.bytes.size() / sizeof(double));
    std::memcpy(exact.data(), expected.bytes.data(), expected.bytes.size());
    const std::vector<int64_t> integers = tensor.integers();
    CHECK(integers == std::vector<int64_t>(exact.begin(), exact.end()));
  }
  CHECK(types == 10);
}

TEST_CASE("dtypes: names and sizes", "[core][dtype]") {
  std::set<std::string> names;
  for (const char* name : {"F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"}) {
    const auto dtype = parse_dtype(name);
    REQUIRE(dtype);
    CHECK(to_string(*dtype) == std::string(name));
    names.insert(name);
  }
  CHECK(names.size() == 10);
  CHECK(dtype_names() == "F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL");
  CHECK(size_of(Dtype::bf16) == 2);
  CHECK(size_of(Dtype::boolean) == 1);
  CHECK_FALSE(parse_dtype("F8_E4M3"));
  CHECK_FALSE(parse_dtype("f32"));
}

TEST_CASE("dtypes: all 65536 halves, by their parts", "[core][dtype]") {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const int exponent = bits >> 10 & 31, mantissa = bits & 1023;
    const float value = float_of_half(half);
    const bool negative = bits >> 15 != 0;
    if (exponent == 31 && mantissa != 0) {
      REQUIRE(std::isnan(value));
      continue;
    }
    const double magnitude = exponent == 31  ? INFINITY
                             : exponent == 0 ? mantissa * std::pow(2.0, -24)
                                             : (1 + mantissa / 1024.0) * std::pow(2.0, exponent - 15);
    REQUIRE(std::abs(static_cast<double>(value)) == magnitude);
    REQUIRE(std::signbit(value) == negative);
    REQUIRE(std::bit_cast<uint32_t>(float_of_bfloat16(half)) == static_cast<uint32_t>(bits) << 16);
  }
}

TEST_CASE("dtypes: what is no whole number is refused as one", "[core][dtype]") {
  for (const Dtype dtype : {Dtype::f64, Dtype::f32, Dtype::f16, Dtype::bf16}) {
    CHECK(error_text<Error>([&] { integers_of(dtype, {}); }) ==
          std::string("file tensor: expected whole numbers (I64, I32, I16, I8, U8 or BOOL), found ") +
              to_string(dtype));
  }
}

TEST_CASE("dtypes: the bytes of any type are written as they were read", "[core][dtype][golden]") {
  const TempDir folder;
  const TensorFile read = golden_file("pytorch/dtypes");
  write_safetensors(folder.file("w"), {.tensors = read.tensors});
  CHECK(read_safetensors(folder.file("w")).tensors == read.tensors);
}
