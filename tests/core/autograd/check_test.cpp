#include "core/autograd/check.hpp"

#include "core/autograd/tape.hpp"
#include "core/base/scope.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// An op that does nothing, to have something on the tape.
struct NothingBackward final : Node {
  explicit NothingBackward(const Tensor& x) : Node({x}) {}
  const char* name() const override { return "NothingBackward"; }
  void backward(const Tensor& dy) override { pass_grad(0, dy); }
};

}  // namespace

TEST_CASE("check: a shape error aligns roles, shapes, axes, names and notes, and says where",
          "[core][check]") {
  const Tensor x = Tensor::zeros({128, 32, 32, 3}).set_name("input");
  const Tensor w = Tensor::zeros({3, 3, 16, 16}).set_name("layer1.0.conv1.weight");
  Tape tape;
  record<NothingBackward>(Tensor::zeros({1}), Tensor::zeros({1}).set_requires_grad());
  const Scope outer("layer1.0"), inner("conv1");
  CHECK(error_text<ShapeError>([&] {
          shape_error("conv2d", "channels of x do not match channels of w",
                      {{"x", x, "N,H,W,C", "C = 3"}, {"w", w, "KH,KW,I,O", "I = 16"}});
        }) == R"(conv2d: channels of x do not match channels of w
  x  (128,32,32,3)  N,H,W,C    "input"                  C = 3
  w  (3,3,16,16)    KH,KW,I,O  "layer1.0.conv1.weight"  I = 16
  in layer1.0.conv1, op #1 of this forward pass)");
}

TEST_CASE("check: without module, tape, name or note the lines are as short as that", "[core][check]") {
  CHECK(error_text<ShapeError>([] {
          shape_error("op", "rule", {{"x", Tensor::zeros({2}), "C"}, {"b", Tensor(), "C"}});
        }) ==
        "op: rule\n"
        "  x  (2)          C  \"\"\n"
        "  b  (undefined)  C\n"
        "  outside any module");
}

TEST_CASE("check_rank: as many axes as letters", "[core][check]") {
  const Tensor x = Tensor::zeros({2, 3}).set_name("x1");
  CHECK_NOTHROW(check_rank("linear", "x", x, "N,C"));
  CHECK_NOTHROW(check_rank("scale", "x", Tensor::zeros({}), ""));
  const std::string text = error_text<ShapeError>([&] { check_rank("conv2d", "x", x, "N,H,W,C"); });
  CHECK_THAT(text, contains("conv2d: x must have 4 axes, found 2\n"));
  CHECK_THAT(text, contains("  x  (2,3)  N,H,W,C  \"x1\"\n"));
  CHECK_THAT(error_text<ShapeError>([] { check_rank("conv2d", "w", Tensor(), "I,O"); }),
             contains("w must have 2 axes, found none: it is undefined"));
}

TEST_CASE("check_shape: exactly this shape, not just this number of elements", "[core][check]") {
  const Tensor s = Tensor::zeros({2, 3}).set_name("s1");
  CHECK_NOTHROW(check_shape("scale", "s", s, {2, 3}, "N,C"));
  const std::string text = error_text<ShapeError>([&] { check_shape("scale", "s", s, {3, 2}, "N,C"); });
  CHECK_THAT(text, contains("scale: s must have shape (3,2)\n"));
  CHECK_THAT(text, contains("  s  (2,3)  N,C  \"s1\"\n"));
  CHECK_THAT(error_text<ShapeError>([&] { check_shape("scale", "s", s, {6}, "C"); }),
             contains("s must have 1 axes"));
}
