// pad_shortcut and scale_channels.
#include "core/base/error.hpp"
#include "layers/pad_shortcut.hpp"
#include "layers/scale_channels.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("pad_shortcut: every second pixel, zeros around the channels", "[layers][pad_shortcut]") {
  const Tensor x = Tensor::from({1, 3, 3, 1}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  const Tensor y = pad_shortcut(x, 4, 2);  // 3 new channels: one before, two after
  CHECK(y.shape() == Shape{1, 2, 2, 4});
  CHECK(y.values() == std::vector<real>{0, 1, 0, 0, 0, 3, 0, 0, 0, 7, 0, 0, 0, 9, 0, 0});
  CHECK(same_bits(pad_shortcut(x, 1, 1), x));
  CHECK(pad_shortcut(Tensor::zeros({2, 4, 5, 3}), 8, 2).shape() == Shape{2, 2, 3, 8});
}

TEST_CASE("pad_shortcut: each rule has its message", "[layers][pad_shortcut]") {
  Tensor x = Tensor::zeros({2, 4, 4, 8}).set_name("block.x");
  const std::string text = error_text<ShapeError>([&] { pad_shortcut(x, 4, 2); });
  CHECK_THAT(text,
             contains("pad_shortcut: needs at least C channels and stride 1; found 4 channels, stride 2"));
  CHECK_THAT(text, contains("\"block.x\"  C = 8"));
  CHECK_THAT(error_text<ShapeError>([&] { pad_shortcut(x, 8, 0); }), contains("found 8 channels, stride 0"));
  CHECK_THAT(error_text<ShapeError>([] {
               pad_shortcut(Tensor::zeros({4, 8}), 8, 1);
             }),
             contains("pad_shortcut: x must have 4 axes, found 2"));
}

TEST_CASE("scale_channels: each rule has its message", "[layers][scale_channels]") {
  Tensor x = Tensor::zeros({2, 4, 4, 8}), s = Tensor::zeros({8, 2}).set_name("gate");
  CHECK_THAT(error_text<ShapeError>([&] { scale_channels(x, s); }),
             contains("scale_channels: s must have shape (2,8)\n  s  (8,2)  N,C  \"gate\""));
  CHECK_THAT(error_text<ShapeError>([&] { scale_channels(s, s); }),
             contains("scale_channels: x must have 4 axes, found 2"));
}

TEST_CASE("scale_channels: each image has its own scales", "[layers][scale_channels]") {
  const Tensor x = Tensor::from({2, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const Tensor y = scale_channels(x, Tensor::from({2, 2}, {1, 10, 100, 1000}));
  CHECK(y.values() == std::vector<real>{1, 20, 3, 40, 500, 6000, 700, 8000});
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("pad_shortcut: gradients on odd sizes", "[grad][pad_shortcut]") {
  struct Case {
    Shape shape;
    int64_t channels, stride;
  };
  for (const Case& c :
       {Case{{2, 5, 7, 3}, 8, 2}, {{1, 4, 3, 2}, 2, 2}, {{1, 7, 5, 2}, 5, 3}, {{2, 3, 2, 3}, 6, 1}}) {
    CAPTURE(c.shape.str(), c.channels, c.stride);
    const Tensor x = random_tensor(c.shape, 1);
    gradcheck("pad_shortcut", {{"x", x}}, [&] { return pad_shortcut(x, c.channels, c.stride); });
  }
}

TEST_CASE("scale_channels: gradients", "[grad][scale_channels]") {
  for (const Shape& shape : {Shape{2, 3, 5, 3}, {1, 1, 1, 1}, {3, 2, 1, 17}}) {
    CAPTURE(shape.str());
    const Tensor x = random_tensor(shape, 1), s = random_tensor({shape.dim(0), shape.dim(3)}, 2);
    gradcheck("scale_channels", {{"x", x}, {"s", s}}, [&] { return scale_channels(x, s); });
  }
}
#endif
