#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/reshape.hpp"
#include "experiments/explain/averages.hpp"
#include "experiments/explain/insertion_deletion.hpp"
#include "experiments/explain/on_object.hpp"
#include "layers/linear.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/experiments/explain/small_net.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// Two classes of images 2x2x1: the score of class 0 is 4 times the first pixel, that of class 1 is 0.
struct FirstPixel : Module {
  Tensor forward(const Tensor& x) override {
    Tensor w = Tensor::zeros({4, 2});
    w.data()[0] = 4;
    return linear(reshape(x, {x.dim(0), 4}), w, {});
  }
};

double sigmoid_of(double z) { return 1 / (1 + std::exp(-z)); }

}  // namespace

TEST_CASE("Insertion and deletion of a network that looks at one pixel", "[explain]") {
  FirstPixel network;
  const Tensor x = Tensor::full({1, 2, 2, 1}, 1);
  const double on = sigmoid_of(4), off = 0.5;
  const auto check = [](const std::vector<double>& found, const std::vector<double>& expected) {
    REQUIRE(found.size() == expected.size());
    for (size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]));
  };
  const RemovalCurves right = removal_curves(network, x, 0, {2, 2, {3, 2, 1, 0}}, 4, 0);
  check(right.deletion, {on, off, off, off, off});
  check(right.insertion, {off, on, on, on, on});
  CHECK(area_under(right.deletion) == Approx(off + (on - off) / 8));
  const RemovalCurves wrong = removal_curves(network, x, 0, {2, 2, {0, 1, 2, 3}}, 4, 0);
  check(wrong.deletion, {on, on, on, on, off});
  check(wrong.insertion, {off, off, off, off, on});
  // two steps of two pixels; the other class sees the contrary
  check(removal_curves(network, x, 1, {2, 2, {1, 3, 2, 0}}, 2, 0).deletion, {1 - on, 1 - on, 1 - off});
  // of equal values the lot decides: the pixel stands anywhere
  std::vector<int> places(5);
  for (uint64_t lot = 0; lot < 40; ++lot) {
    const RemovalCurves curves = removal_curves(network, x, 0, {2, 2, {0, 0, 0, 0}}, 4, lot);
    ++places[static_cast<size_t>(
        std::count_if(curves.deletion.begin(), curves.deletion.end(), [&](double p) { return p > 0.9; }))];
  }
  CHECK(places[0] == 0);
  for (int i = 1; i < 5; ++i) CHECK(places[static_cast<size_t>(i)] > 3);
  CHECK_THAT(error_text<Error>([&] {
               removal_curves(network, x, 0, {1, 4, {0, 0, 0, 0}}, 4, 0);
             }),
             contains("a map of 1x4 and 4 steps for an image (1,2,2,1)"));
}

TEST_CASE("The share of a map on the object", "[explain]") {
  const std::vector<uint8_t> mask = {1, 0, 0, 1};
  CHECK(share_on_object({2, 2, {1, 2, 3, 4}}, mask.data()) == Approx(0.5));
  CHECK(share_on_object({2, 2, {1, -9, 1, -9}}, mask.data()) ==
        Approx(0.5));  // what is below 0 does not count
  CHECK(share_on_object({2, 2, {0, -1, 0, 0}}, mask.data()) == -1);
  CHECK(object_area(mask.data(), 4) == 0.5);
}

TEST_CASE("Averages over images count those with an object, and hold each against another's map",
          "[explain]") {
  SmallNet network("eca");
  ModelCard card = {
      .model = {}, .image_size = 4, .normalisation = {{0, 0, 0}, {1, 1, 1}}, .classes = {"a", "b", "c"}};
  ImageSet set = {.name = "set",
                  .channels = 3,
                  .height = 4,
                  .width = 4,
                  .pixels = {},
                  .labels = {0, 1, 2},
                  .classes = card.classes};
  for (int i = 0; i < 3 * 48; ++i) set.pixels.push_back(static_cast<uint8_t>(i * 73 % 256));
  set.masks.assign(3 * 16, 0);
  set.masks[3] = set.masks[16] = set.masks[17] =
      1;  // one pixel of the first image, two of the second, none of the third
  const Averages averages = average_maps(network, card, set, {0, 1, 2}, {});
  CHECK(averages.images == 3);
  CHECK(averages.deletion.values.size() == 3);
  CHECK(averages.deletion_curve.size() == 17);
  CHECK(averages.on_object.values.size() + static_cast<size_t>(averages.empty_maps) == 2);
  REQUIRE(averages.with_object == std::vector<int64_t>{0, 1});
  CHECK(averages.object_areas == std::vector<double>{1.0 / 16, 2.0 / 16});
  const auto map_of = [&](int64_t i) {
    return upsampled(
        class_map(look_at_layer(network, input_of(subject_of(set, i), card), ""), 0, CamMethod::grad_cam), 4,
        4);
  };
  CHECK(averages.on_object.values[0] == Approx(share_on_object(map_of(0), set.mask(0))));
  CHECK(averages.on_object.controls[0] == Approx(share_on_object(map_of(1), set.mask(0))));
  const RemovalCurves first = removal_curves(
      network, input_of(subject_of(set, 0), card),
      look_at_layer(network, input_of(subject_of(set, 0), card), "").classes[0], map_of(0), 16, 0);
  CHECK(averages.deletion.values[0] == Approx(area_under(first.deletion)));
  const auto same = differences_of(averages, averages);
  REQUIRE(same.size() == 3);
  for (const ModelDifference& difference : same) CHECK(verdict(difference.values) == "not to be told apart");
}

TEST_CASE("What an interval says", "[explain]") {
  CHECK(verdict({1, 2, 3}) == "not to be told apart");
  CHECK(verdict({2, 2.5, 3}) == "larger");
  CHECK(verdict({-2, -2.5, -3}) == "smaller");
  CHECK(verdict({5}) == "not to be told apart");
  CHECK(mean_and_interval({}) == "-");
  CHECK(mean_and_interval({0.5}) == "0.500");
  CHECK(mean_and_interval({0.4, 0.6}) == "0.500 ± 1.271");
}

TEST_CASE("Images are chosen from each class in turn", "[explain]") {
  const ImageSet set = {.name = "",
                        .channels = 1,
                        .height = 1,
                        .width = 1,
                        .pixels = {1, 2, 3, 4, 5},
                        .labels = {1, 1, 1, 0, 2},
                        .classes = {"a", "b", "c", "d"}};
  CHECK(spread_over_classes(set, 4) == std::vector<int64_t>{3, 0, 4, 1});
  CHECK(spread_over_classes(set, 9) == std::vector<int64_t>{3, 0, 4, 1, 2});
  CHECK(spread_over_classes(set, 0).empty());
}
