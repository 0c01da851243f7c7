// Winograd's convolution on a GPU, which make CUDA=host plays. In other programs there is nothing to test here.
#ifdef ECA_CUDA
#include <array>
#include <limits>
#include <string>

#include "core/base/kernel_mode.hpp"
#include "core/kernels/conv2d/conv2d_paths.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;
using kernels::Conv2dInput;
using kernels::Conv2dShape;

namespace {

// What the kernels write to: memory that was never written; the same, with other numbers added to the sums; those numbers
// themselves, to which the sums are added.
enum class Writes { anew, with_plus, in_place };

struct Kernels {
  KernelMode mode;
  decltype(&kernels::conv2d_forward) forward;
  decltype(&kernels::conv2d_dx) dx;
  decltype(&kernels::conv2d_dw) dw;
};
constexpr Kernels kPlain = {KernelMode::ref, kernels::conv2d_forward_ref, kernels::conv2d_dx_ref,
                            kernels::conv2d_dw_ref};
constexpr Kernels kWinograd = {KernelMode::cuda, kernels::conv2d_forward_winograd_cuda,
                               kernels::conv2d_dx_winograd_cuda, kernels::conv2d_dw_winograd_cuda};

struct Results {
  Tensor y, dx, dw;
};

// Of the same numbers in [-1,1] each time, which lie where the kernels compute.
Results results(const Kernels& kernels, const Conv2dShape& s, bool scaled = false,
                Writes writes = Writes::anew) {
  set_kernel_mode(kernels.mode);
  const Shape y_shape = {s.N, s.OH(), s.OW(), s.O};
  const Tensor x = random_tensor({s.N, s.H, s.W, s.I}, 1), w = random_tensor({3, 3, s.I, s.O}, 2);
  const Tensor dy = random_tensor(y_shape, 3), bias = random_tensor({s.O}, 4),
               plus = random_tensor(y_shape, 5);
  const Tensor scale = random_tensor({s.I}, 6), offset = random_tensor({s.I}, 7);
  const Conv2dInput input = scaled ? Conv2dInput{x.data(), scale.data(), offset.data()} : x.data();
  const bool adds = writes == Writes::in_place;
  const auto memory = [&](const Shape& shape) { return adds ? random_tensor(shape, 5) : nan_tensor(shape); };
  Results found = {memory(y_shape), memory(x.shape()), memory(w.shape())};
  real* y = found.y.data();
  if (writes == Writes::anew) {
    kernels.forward({.y = y}, input, w.data(), s);
  } else {
    kernels.forward({.y = y, .bias = bias.data(), .plus = adds ? y : plus.data(), .relu = true}, input,
                    w.data(), s);
  }
  kernels.dx({found.dx.data(), adds}, dy.data(), w.data(), s);
  kernels.dw({found.dw.data(), adds}, dy.data(), input, s);
  return found;
}

// As for the processor's Winograd: 32 times what a plain sum in another order may be off, see
// tests/core/kernels/conv2d_pair_test.cpp.
double tolerance(int64_t terms) {
  return 32 * std::numeric_limits<real>::epsilon() * static_cast<double>(terms + 8);
}

void check(const Conv2dShape& s, bool scaled, Writes writes) {
  CAPTURE(s.N, s.H, s.W, s.I, s.O, s.stride, s.padding, scaled, static_cast<int>(writes));
  REQUIRE(kernels::winograd_serves(s));
  const Results expected = results(kPlain, s, scaled, writes), found = results(kWinograd, s, scaled, writes);
  CHECK(difference(found.y, expected.y, 0, tolerance(s.K() + 2)) == "");
  CHECK(difference(found.dx, expected.dx, 0, tolerance(9 * s.O)) == "");
  CHECK(difference(found.dw, expected.dw, 0, tolerance(s.N * s.OH() * s.OW())) == "");
  counters.kernel_pairs += 3;
}

void check(const Conv2dShape& s) {
  for (const bool scaled : {false, true}) {
    for (const Writes writes : {Writes::anew, Writes::with_plus, Writes::in_place}) check(s, scaled, writes);
  }
}

}  // namespace

TEST_CASE("cuda: Winograd's convolution on images and channels of any size", "[cuda][winograd]") {
  const SettingsRestored restored;
  const std::array<std::array<int64_t, 2>, 3> channels = {{{1, 1}, {3, 5}, {17, 2}}};  // I, O
  for (const auto [I, O] : channels) {
    for (const int64_t H : {1, 3, 4, 5, 6, 7, 9}) {
      for (const int64_t padding : {0, 1, 2}) {
        if (H + 2 * padding < 3) continue;
        check({.N = 2, .H = H, .W = 14 - H, .I = I, .KH = 3, .KW = 3, .O = O, .padding = padding});
      }
    }
    for (const int64_t H : {1, 2, 7, 8, 9, 16, 17}) {
      check({.N = 2, .H = H, .W = 19 - H, .I = I, .KH = 3, .KW = 3, .O = O, .stride = 2, .padding = 1});
    }
  }
}

// More points than are laid out at a time: 3640 tiles a piece with stride 1, 1618 with stride 2.
TEST_CASE("cuda: Winograd's convolution in two pieces", "[cuda][winograd]") {
  const SettingsRestored restored;
  const Writes writes = GENERATE(Writes::anew, Writes::in_place);
  check({.N = 911, .H = 8, .W = 7, .I = 3, .KH = 3, .KW = 3, .O = 125, .padding = 1}, false, writes);
  check({.N = 1621, .H = 7, .W = 8, .I = 3, .KH = 3, .KW = 3, .O = 125, .stride = 2, .padding = 1}, false,
        writes);
}

// Same bits: the same kernel.
TEST_CASE("cuda: Winograd's convolution is chosen where it pays", "[cuda][winograd]") {
  const SettingsRestored restored;
  struct Row {
    const char* what;
    Conv2dShape s;
    bool winograd;
  };
  const Row rows[] = {
      {"16 channels", {.N = 2, .H = 32, .W = 32, .I = 16, .KH = 3, .KW = 3, .O = 16, .padding = 1}, true},
      {"a stem", {.N = 2, .H = 32, .W = 32, .I = 3, .KH = 3, .KW = 3, .O = 16, .padding = 1}, false},
      {"a pixel a tile", {.N = 9, .H = 1, .W = 1, .I = 16, .KH = 3, .KW = 3, .O = 16, .padding = 1}, false},
      {"few tiles, many weights",
       {.N = 2, .H = 4, .W = 4, .I = 256, .KH = 3, .KW = 3, .O = 256, .padding = 1},
       false},
      {"stride 2, narrow",
       {.N = 2, .H = 32, .W = 32, .I = 16, .KH = 3, .KW = 3, .O = 32, .stride = 2, .padding = 1},
       false},
      {"stride 2, wide",
       {.N = 8, .H = 32, .W = 32, .I = 128, .KH = 3, .KW = 3, .O = 256, .stride = 2, .padding = 1},
       true}};
  const Kernels chosen = {KernelMode::cuda, kernels::conv2d_forward_cuda, kernels::conv2d_dx_cuda,
                          kernels::conv2d_dw_cuda};
  for (const auto& [what, s, winograd] : rows) {
    CAPTURE(what);
    const Results by_winograd = results(kWinograd, s), found = results(chosen, s);
    CHECK(same_bits(found.y, by_winograd.y) == winograd);
    CHECK(same_bits(found.dx, by_winograd.dx) == winograd);
    CHECK(same_bits(found.dw, by_winograd.dw) == winograd);
  }
}
#endif
