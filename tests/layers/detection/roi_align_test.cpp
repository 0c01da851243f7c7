#include "layers/detection/roi_align.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/layers/detection/detection_golden.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

// Rows of an image's number and a box.
static std::vector<Roi> rois_of(const Tensor& rows) {
  const std::vector<CornerBox> boxes = as_boxes(rows, 1);
  const std::vector<real> values = rows.values();
  std::vector<Roi> rois;
  for (size_t r = 0; r < boxes.size(); ++r) rois.push_back({static_cast<int64_t>(values[5 * r]), boxes[r]});
  return rois;
}

TEST_CASE("roi_align: agrees with torchvision, backward too", "[golden][detection]") {
  const SettingsRestored restored;
  const Golden golden("detection");
  const std::vector<GoldenCase> cases = cases_of(golden, "roi_align");
  CHECK(cases.size() == 6);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : cases) {
      CAPTURE(c.name(), to_string(mode));
      Tensor x = c.images("x").set_requires_grad();
      const RoiAlignOptions options = {
          .height = c.option<int64_t>("height"),
          .width = c.option<int64_t>("width"),
          .sampling_ratio = std::max<int64_t>(0, c.option<int64_t>("sampling_ratio")),
          .aligned = c.option<bool>("aligned")};
      Tape tape;
      const Tensor y = roi_align(x, c.option<double>("scale"), rois_of(c.same("rois")), options);
      check_golden("y", y, c.images("y"), kDetectionTolerance);
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"), kDetectionTolerance);
      ++counters.goldens;
    }
  }
}

TEST_CASE("roi_align: several levels agree with torchvision's MultiScaleRoIAlign", "[golden][detection]") {
  const SettingsRestored restored;
  const Golden golden("detection");
  const GoldenCase c = cases_of(golden, "multiscale").at(0);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    std::vector<Tensor> maps;
    for (const char* name : {"x0", "x1", "x2"}) maps.push_back(c.images(name).set_requires_grad());
    const RoiLevels levels = {.least = 2,
                              .most = 4,
                              .canonical_scale = c.option<double>("canonical_scale"),
                              .canonical_level = c.option<int64_t>("canonical_level")};
    const RoiAlignOptions options = {.height = c.option<int64_t>("height"),
                                     .width = c.option<int64_t>("width")};
    Tape tape;
    const Tensor y = roi_align(maps, levels, rois_of(c.same("rois")), options);
    check_golden("y", y, c.images("y"), kDetectionTolerance);
    tape.backward(y, c.images("dy"));
    check_golden("dx0", maps[0].grad(), c.images("dx0"), kDetectionTolerance);
    check_golden("dx1", maps[1].grad(), c.images("dx1"), kDetectionTolerance);
    check_golden("dx2", maps[2].grad(), c.images("dx2"), kDetectionTolerance);
    ++counters.goldens;
  }
}

TEST_CASE("roi levels: those of torchvision", "[golden][detection]") {
  const Golden golden("detection");
  const std::vector<GoldenCase> cases = cases_of(golden, "levels");
  CHECK(cases.size() == 2);
  for (const GoldenCase& c : cases) {
    CAPTURE(c.name());
    const RoiLevels levels = {.least = c.option<int64_t>("least"),
                              .most = c.option<int64_t>("most"),
                              .canonical_scale = c.option<double>("canonical_scale"),
                              .canonical_level = c.option<int64_t>("canonical_level")};
    std::vector<int32_t> found;
    for (const CornerBox& box : as_boxes(c.same("boxes")))
      found.push_back(static_cast<int32_t>(levels.of(box)));
    CHECK(found == c.labels("levels"));
    ++counters.goldens;
  }
  CHECK(RoiLevels().of({3, 3, 3, 9}) == 2);  // no area
}

TEST_CASE("roi_align: no regions, and maps without any", "[layers][detection]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    Tensor large = random_tensor({2, 8, 8, 3}, 1).set_requires_grad();
    Tensor small = random_tensor({2, 4, 4, 3}, 2).set_requires_grad();
    const RoiLevels levels = {.least = 2, .most = 3, .canonical_scale = 16, .canonical_level = 3};
    CHECK(roi_align({large, small}, levels, {}).shape() == Shape{0, 7, 7, 3});
    Tape tape;
    const Tensor y = roi_align({large, small}, levels, {{1, {2, 2, 6, 6}}});  // of the large map
    tape.backward(y, Tensor::full(y.shape(), 1));
    CHECK(small.grad().values() == std::vector<real>(static_cast<size_t>(small.numel()), 0));
    double sum = 0;
    for (const real value : large.grad().values()) sum += static_cast<double>(value);
    CHECK(sum == Approx(7 * 7 * 3));  // the weights of a bin inside the map add up to 1
  }
}

TEST_CASE("roi_align: each rule has its message", "[layers][detection]") {
  const Tensor x = Tensor::zeros({2, 8, 8, 3});
  const std::vector<Roi> one{{0, {0, 0, 4, 4}}};
  CHECK_THAT(error_text<ShapeError>([&] {
               roi_align(Tensor::zeros({2, 3}), 1, one);
             }),
             contains("roi_align: x must have 4 axes, found 2"));
  CHECK_THAT(error_text<ShapeError>([&] {
               roi_align(Tensor::zeros({2, 0, 3, 4}), 1, one);
             }),
             contains("roi_align: x has no pixels"));
  CHECK(error_text<Error>([&] {
          roi_align(x, 1, {one[0], {2, {0, 0, 1, 1}}});
        }) == "roi_align: region 1 is of image 2, expected 0 to 1");
  CHECK_THAT(error_text<Error>([&] {
               roi_align(x, 1, {{0, {0, std::nan(""), 1, 1}}});
             }),
             contains("roi_align: region 0 has a corner at nan, expected finite numbers"));
  CHECK(error_text<Error>([&] { roi_align(x, 1, one, {.width = 0}); }) ==
        "roi_align: 7x0 bins and sampling ratio 2, expected at least 1x1 and 0");
  CHECK(error_text<Error>([&] { roi_align(x, 1, one, {.sampling_ratio = -1}); }) ==
        "roi_align: 7x7 bins and sampling ratio -1, expected at least 1x1 and 0");
  CHECK(error_text<Error>([&] { roi_align(std::vector<Tensor>{x}, RoiLevels{}, one); }) ==
        "roi_align: 1 maps for levels 2 to 5, expected one for each, at most 6");
  CHECK_THAT(error_text<ShapeError>([&] {
               roi_align({x, Tensor::zeros({2, 4, 4, 5})}, {.least = 2, .most = 3}, one);
             }),
             contains("roi_align: maps of other images or channels"));
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("roi_align: gradients of one map and of several", "[grad][detection]") {
  const Tensor x = random_tensor({2, 5, 7, 3}, 1);
  const std::vector<Roi> rois{
      {1, {-3, 2, 9, 17}}, {0, {3.3, 4.1, 20, 19}}, {1, {10, 10, 11, 10.5}}, {0, {0, 0, 28, 20}}};
  for (const bool aligned : {false, true}) {
    for (const int64_t ratio : {0, 1, 2}) {
      CAPTURE(aligned, ratio);
      const RoiAlignOptions options = {.height = 2, .width = 3, .sampling_ratio = ratio, .aligned = aligned};
      gradcheck("roi_align", {{"x", x}}, [&] { return roi_align(x, 0.25, rois, options); });
    }
  }
  const Tensor large = random_tensor({2, 6, 6, 2}, 2), small = random_tensor({2, 3, 3, 2}, 3);
  const RoiLevels levels = {.least = 2, .most = 3, .canonical_scale = 12, .canonical_level = 3};
  gradcheck("roi_align, levels", {{"large", large}, {"small", small}}, [&] {
    return roi_align({large, small}, levels, rois, {.height = 2, .width = 2});
  });
}
#endif
