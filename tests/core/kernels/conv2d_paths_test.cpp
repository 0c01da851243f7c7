#include "core/kernels/conv2d/conv2d_paths.hpp"

#include <functional>
#include <vector>

#include "core/base/error.hpp"
#include "tests/core/kernels/pairs.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;
using kernels::Conv2dShape;

TEST_CASE("conv2d paths: the choice is by shape, and reaches each", "[pair][conv2d]") {
  using kernels::ConvPath;
  const Conv2dShape stem = {.N = 2, .H = 32, .W = 32, .I = 3, .KH = 3, .KW = 3, .O = kLanes, .padding = 1};
  CHECK(kernels::conv2d_forward_path(stem) == ConvPath::direct);
  CHECK(kernels::conv2d_dw_path(stem) == ConvPath::direct);
  Conv2dShape inner = stem;
  inner.I = kLanes;
  CHECK(kernels::conv2d_forward_path(inner) == ConvPath::winograd);
  CHECK(kernels::conv2d_dw_path(inner) == ConvPath::winograd);
  Conv2dShape wide = stem;
  wide.I = wide.O = 512;
  CHECK(kernels::conv2d_forward_path(wide) == ConvPath::winograd_wide);
  CHECK(kernels::conv2d_dw_path(wide) == ConvPath::winograd_wide);
  Conv2dShape strided = inner;
  strided.stride = 2;
  CHECK(kernels::conv2d_forward_path(strided) == ConvPath::winograd);
  CHECK(kernels::conv2d_dx_path(strided) == ConvPath::winograd);
  CHECK(kernels::conv2d_dw_path(strided) == ConvPath::winograd);
  strided.I = strided.O = 512;
  CHECK(kernels::conv2d_forward_path(strided) == ConvPath::winograd_wide);
  CHECK(kernels::conv2d_dx_path(strided) == ConvPath::winograd_wide);
  CHECK(kernels::conv2d_dw_path(strided) == ConvPath::winograd_wide);
  Conv2dShape narrow = stem;
  narrow.I = narrow.O = 64;
  CHECK(kernels::conv2d_dw_path(narrow) == ConvPath::winograd);
  narrow.H = narrow.W = 8;  // all points at once
  CHECK(kernels::conv2d_dw_path(narrow) == ConvPath::winograd_wide);
  Conv2dShape few_tiles = stem;
  few_tiles.I = few_tiles.O = 128;  // 2 * 64 tiles
  CHECK(kernels::conv2d_forward_path(few_tiles) == ConvPath::winograd);
  few_tiles.H = few_tiles.W = 24;
  CHECK(kernels::conv2d_forward_path(few_tiles) == ConvPath::winograd_wide);
  CHECK(kernels::conv2d_dx_path(few_tiles) == ConvPath::winograd_wide);
  Conv2dShape depthwise = stem;
  depthwise.I = depthwise.O = depthwise.groups = 24;
  CHECK(kernels::conv2d_forward_path(depthwise) == ConvPath::depthwise);
  CHECK(kernels::conv2d_dx_path(depthwise) == ConvPath::depthwise);
  CHECK(kernels::conv2d_dw_path(depthwise) == ConvPath::depthwise);
  // Each condition of the Winograd path, broken alone.
  for (const auto& change : std::vector<std::function<void(Conv2dShape&)>>{
           [](Conv2dShape& s) { s.KH = 5; }, [](Conv2dShape& s) { s.KW = 1; },
           [](Conv2dShape& s) { s.stride = 3; }, [](Conv2dShape& s) { s.stride = 2, s.padding = 0; },
           [](Conv2dShape& s) { s.dilation = 2; }, [](Conv2dShape& s) { s.padding = 3; },
           [](Conv2dShape& s) { s.I = s.O = kLanes, s.groups = 2; }, [](Conv2dShape& s) { s.I += 1; },
           [](Conv2dShape& s) { s.O += 1; },
           [](Conv2dShape& s) { s.H = s.W = 2; },  // tiles mostly outside the image
       }) {
    Conv2dShape s = wide;
    change(s);
    CAPTURE(s.H, s.W, s.I, s.KH, s.KW, s.O, s.stride, s.padding, s.dilation, s.groups);
    CHECK(kernels::conv2d_forward_path(s) == ConvPath::im2col);
    CHECK(kernels::conv2d_dw_path(s) == ConvPath::im2col);
  }
}

// By this the number of images may decide which of the two serves a layer.
TEST_CASE("conv2d paths: both forms of Winograd give the same bits forward", "[pair][conv2d][winograd]") {
  for (const int64_t stride : {1, 2}) {
    CAPTURE(stride);
    const Conv2dShape s = {.N = 3,
                           .H = 13,
                           .W = 10,
                           .I = 4 * kLanes,
                           .KH = 3,
                           .KW = 3,
                           .O = 3 * kLanes,
                           .stride = stride,
                           .padding = 1};
    const Tensor x = random_tensor({s.N, s.H, s.W, s.I}, 1), w = random_tensor({3, 3, s.I, s.O}, 2);
    const Shape shape = {s.N, s.OH(), s.OW(), s.O};
    Tensor here = nan_tensor(shape), wide = nan_tensor(shape);
    const kernels::WinogradShape tiled = kernels::winograd_shape(s);
    kernels::conv2d_forward_winograd({.y = here.data()}, x.data(), w.data(), tiled);
    kernels::conv2d_forward_winograd_wide({.y = wide.data()}, x.data(), w.data(), tiled);
    CHECK(same_bits(here, wide));
  }
}

TEST_CASE("conv2d: paths that scale nothing say so", "[kernels][conv2d]") {
  const Conv2dShape s = {
      .N = 1, .H = 8, .W = 8, .I = kLanes, .KH = 3, .KW = 3, .O = kLanes, .stride = 3, .padding = 1};
  REQUIRE(!kernels::conv2d_takes_scale(s));
  const Tensor x = random_tensor({s.N, s.H, s.W, s.I}, 1), w = random_tensor({s.KH, s.KW, s.I, s.O}, 2);
  const Tensor dy = random_tensor({s.N, s.OH(), s.OW(), s.O}, 3), factors = random_tensor({kLanes}, 4);
  const kernels::Conv2dInput scaled = {x.data(), factors.data(), factors.data()};
  Tensor y = nan_tensor(dy.shape()), dw = nan_tensor(w.shape());
  const std::string message = "conv2d: only Winograd scales what it reads";
  CHECK(error_text<Error>([&] { kernels::conv2d_forward_fast({.y = y.data()}, scaled, w.data(), s); }) ==
        message);
  CHECK(error_text<Error>([&] {
          kernels::conv2d_dw_fast({dw.data(), false}, dy.data(), scaled, s);
        }) == message);
}
