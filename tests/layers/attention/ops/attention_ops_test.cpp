// The ops that the attention modules are made of.
#include <cmath>
#include <functional>

#include "core/base/error.hpp"
#include "layers/activations.hpp"
#include "layers/attention/ops/channel_affine.hpp"
#include "layers/attention/ops/channel_pools.hpp"
#include "layers/attention/ops/channel_rows.hpp"
#include "layers/attention/ops/permute_channels.hpp"
#include "layers/attention/ops/rms_normalise.hpp"
#include "layers/attention/ops/simam_energy.hpp"
#include "layers/attention/ops/spatial_gate.hpp"
#include "layers/attention/ops/strips.hpp"
#include "layers/attention/ops/upsample_nearest.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

using Values = std::vector<real>;

// One image of 2x2 pixels and 2 channels.
Tensor small_image() { return Tensor::from({1, 2, 2, 2}, {1, 10, 3, 40, 5, 20, 7, 30}); }

template <class Function>
std::string shape_message(Function function) {
  return error_text<ShapeError>(function);
}

}  // namespace

TEST_CASE("attention ops: windows of rows", "[layers][attention]") {
  CHECK(band_windows(4, 3) == std::vector<int64_t>{-1, 0, 1, 2});
  CHECK(block_windows(5, 2) == std::vector<int64_t>{0, 0, 2, 2, 4});
  CHECK(own_windows(3, 2) == std::vector<int64_t>{0, 2, 4});
  const Tensor y = Tensor::from({1, 3}, {1, 2, 3}), w = Tensor::from({2, 2}, {1, 10, 100, 1000});
  CHECK(channel_rows(y, w, {-1, 2}).values() == Values{10, 300});  // zeros beyond both ends
}

TEST_CASE("attention ops: pooling", "[layers][attention]") {
  const Tensor x = small_image();
  CHECK(global_max_pool(x).values() == Values{7, 40});
  CHECK(channel_pool(x).values() == Values{10, 5.5, 40, 21.5, 20, 12.5, 30, 18.5});
  CHECK(strip_pool(x).values() == Values{2, 25, 6, 25, 3, 15, 5, 35});
  CHECK(difference(l2_pool(x, 16), Tensor::from({1, 2}, {10, std::sqrt(real{3016})}), 1e-6) == "");
  const real sd = std::sqrt(real{20} / 3);
  const Tensor expected = Tensor::from({1, 4}, {4, sd, 25, std::sqrt(real{500} / 3)});
  CHECK(difference(mean_std_pool(x, 0), expected, 1e-6) == "");
  CHECK(upsample_nearest(x, 3, 2).values() == Values{1, 10, 3, 40, 1, 10, 3, 40, 5, 20, 7, 30});
}

TEST_CASE("attention ops: products", "[layers][attention]") {
  const Tensor x = small_image();
  CHECK(scale_pixels(x, Tensor::from({1, 2, 2, 1}, {1, 2, 3, 4})).values() ==
        Values{1, 10, 6, 80, 15, 60, 28, 120});
  const Tensor a = Tensor::from({1, 2, 1, 2}, {1, 1, 2, 3}), b = Tensor::from({1, 2, 1, 2}, {1, 1, 10, 100});
  CHECK(scale_strips(x, a, b).values() == Values{1, 10, 30, 4000, 10, 60, 140, 9000});
  const Tensor y = Tensor::from({2, 2}, {1, 2, 3, 4});
  CHECK(channel_affine(y, Tensor::from({2}, {10, 100}), Tensor::from({2}, {1, 2})).values() ==
        Values{11, 202, 31, 402});
  CHECK(take_strips(a, 1, 1).values() == Values{2, 3});
  CHECK(difference(rms_normalise(Tensor::from({1, 2}, {3, 4}), 12.5),
                   Tensor::from({1, 2}, {real{0.6}, real{0.8}}), 1e-6) == "");
}

TEST_CASE("attention ops: hard_swish between its kinks and beyond", "[layers]") {
  const Tensor x = Tensor::from({5}, {-4, -3, 0, 1, 5});
  CHECK(difference(hard_swish(x), Tensor::from({5}, {0, 0, 0, real{4} / 6, 5}), 1e-6) == "");
}

TEST_CASE("attention ops: each rule has its message", "[layers][attention][errors]") {
  const Tensor x = small_image(), y = Tensor::zeros({2, 3}), one = Tensor::zeros({2, 1, 1, 3});
  CHECK_THAT(shape_message([&] {
               channel_rows(y, Tensor::zeros({2, 2}), {0});
             }),
             contains("channel_rows: w has not as many rows as there are windows"));
  CHECK_THAT(shape_message([&] { channel_affine(y, Tensor::zeros({2})); }), contains("channel_affine: w"));
  CHECK_THAT(shape_message([&] { channel_affine(y, Tensor::zeros({3}), Tensor::zeros({2})); }),
             contains("channel_affine: b"));
  CHECK_THAT(shape_message([&] { global_max_pool(y); }), contains("global_max_pool: x must have 4 axes"));
  CHECK_THAT(shape_message([&] { channel_pool(y); }), contains("channel_pool: x must have 4 axes"));
  CHECK_THAT(shape_message([&] { scale_pixels(x, x); }), contains("scale_pixels: s"));
  CHECK_THAT(shape_message([&] { strip_pool(y); }), contains("strip_pool: x must have 4 axes"));
  CHECK_THAT(shape_message([&] { take_strips(strip_pool(x), 3, 2); }),
             contains("take_strips: 2 places from place 3 on do not exist"));
  CHECK_THAT(shape_message([&] { scale_strips(x, x, x); }), contains("scale_strips: a"));
  CHECK_THAT(shape_message([&] { mean_std_pool(one, 0); }),
             contains("mean_std_pool: a standard deviation needs more than one pixel"));
  CHECK_THAT(shape_message([&] { simam_energy(one, 1); }),
             contains("simam_energy: a variance needs more than one pixel"));
  CHECK_THAT(shape_message([&] { upsample_nearest(x, 1, 2); }),
             contains("upsample_nearest: x does not fit into 1x2"));
  CHECK_THAT(shape_message([&] { l2_pool(y, 0); }), contains("l2_pool: x must have 4 axes"));
  CHECK_THAT(shape_message([&] { rms_normalise(x, 0); }), contains("rms_normalise: e must have 2 axes"));
}

TEST_CASE("attention ops: an order that is no permutation is refused", "[attention][errors]") {
  const Tensor y = Tensor::from({1, 3}, {10, 20, 30});
  CHECK(permute_channels(y, {2, 0, 1}).values() == std::vector<real>{30, 10, 20});
  CHECK(error_text<Error>([&] {
          permute_channels(y, {0, 1, 1});
        }) == "permute_channels: 1 is there twice, expected each channel of 0..2 once");
  CHECK_THAT(error_text<Error>([&] { permute_channels(y, {0, 1, 3}); }), contains("3 is out of range"));
  CHECK_THAT(error_text<ShapeError>([&] {
               permute_channels(y, {0, 1});
             }),
             contains("the order has 2 channels"));
}

#ifdef ECA_REAL_DOUBLE

TEST_CASE("attention ops: gradients", "[grad][attention]") {
  const Tensor x = distinct_tensor({2, 3, 5, 3}, 1), y = random_tensor({3, 5}, 2);
  const auto map = [](const char* name, const Tensor& in, const std::function<Tensor(const Tensor&)>& op) {
    gradcheck(name, {{"x", in}}, [&] { return op(in); });
  };
  map("global_max_pool", x, global_max_pool);
  map("channel_pool", x, channel_pool);
  map("strip_pool", x, strip_pool);
  map("l2_pool", x, [](const Tensor& t) { return l2_pool(t, 1e-5); });
  map("rms_normalise", y, [](const Tensor& t) { return rms_normalise(t, 1e-5); });
  map("mean_std_pool", x, [](const Tensor& t) { return mean_std_pool(t, 1e-5); });
  map("simam_energy", x, [](const Tensor& t) { return simam_energy(t, 1e-4); });
  map("upsample_nearest", x, [](const Tensor& t) { return upsample_nearest(t, 7, 5); });
  map("permute_channels", y, [](const Tensor& t) { return permute_channels(t, {3, 1, 4, 0, 2}); });
  map("take_strips", random_tensor({2, 5, 1, 3}, 3), [](const Tensor& t) { return take_strips(t, 1, 3); });
  map("hard_swish", random_away_from({-3, 3}, {2, 9}, 4, -5, 5), hard_swish);

  const Tensor w = random_tensor({4, 3}, 5), s = random_tensor({2, 3, 5, 1}, 6);
  gradcheck("channel_rows", {{"y", y}, {"w", w}}, [&] { return channel_rows(y, w, {-2, 0, 3, 4}); });
  gradcheck("scale_pixels", {{"x", x}, {"s", s}}, [&] { return scale_pixels(x, s); });
  const Tensor a = random_tensor({2, 3, 1, 3}, 7), b = random_tensor({2, 5, 1, 3}, 8);
  gradcheck("scale_strips", {{"x", x}, {"a", a}, {"b", b}}, [&] { return scale_strips(x, a, b); });
  const Tensor g = random_tensor({5}, 9), h = random_tensor({5}, 10);
  gradcheck("channel_affine", {{"y", y}, {"w", g}, {"b", h}}, [&] { return channel_affine(y, g, h); });
  gradcheck("channel_affine", {{"y", y}, {"w", g}}, [&] { return channel_affine(y, g); });
}

#endif
