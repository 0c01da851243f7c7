#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/ops/concat.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/matmul.hpp"
#include "core/ops/reduce.hpp"
#include "core/ops/reshape.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

using Values = std::vector<real>;

TEST_CASE("ops: values of small examples", "[core][ops]") {
  const SettingsRestored restored;
  const Tensor a = Tensor::from({2, 2}, {1, 2, 3, 4}), b = Tensor::from({2, 2}, {5, 6, 7, 9});
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    CHECK(add(a, b).values() == Values{6, 8, 10, 13});
    CHECK(sub(a, b).values() == Values{-4, -4, -4, -5});
    CHECK(mul(a, b).values() == Values{5, 12, 21, 36});
    CHECK(scale(a, -2).values() == Values{-2, -4, -6, -8});
    CHECK(sum(a).item() == 10);
    CHECK(mean(a).item() == 2.5);
    CHECK(sum(a).shape() == Shape{});
    CHECK(matmul(a, b).values() == Values{19, 24, 43, 54});
    CHECK(matmul(Tensor::from({1, 2}, {1, 2}), b).values() == Values{19, 24});
    CHECK(concat(a, Tensor::from({2, 1}, {8, 9})).values() == Values{1, 2, 8, 3, 4, 9});
    CHECK(concat(a, Tensor::from({2, 1}, {8, 9})).shape() == Shape{2, 3});
  }
}

TEST_CASE("ops: reshape shares the array", "[core][ops]") {
  const Tensor a = Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6});
  const Tensor b = reshape(a, {3, 1, 2});
  CHECK(b.shape() == Shape{3, 1, 2});
  CHECK(b.data() == a.data());
}

TEST_CASE("ops: shapes that differ are an error naming both tensors", "[core][ops]") {
  Tensor a = Tensor::zeros({2, 3}), b = Tensor::zeros({3, 2});
  a.set_name("left");
  b.set_name("right");
  const Scope scope("layer1.0");
  struct Case {
    std::string name;
    Tensor (*op)(const Tensor&, const Tensor&);
  };
  for (const Case& c : {Case{"add", add}, {"sub", sub}, {"mul", mul}}) {
    const std::string text = error_text<ShapeError>([&] { c.op(a, b); });
    CHECK_THAT(text, contains(c.name + ": a and b differ in shape\n"));
    CHECK_THAT(text, contains("a  (2,3)"));
    CHECK_THAT(text, contains("\"left\""));
    CHECK_THAT(text, contains("b  (3,2)"));
    CHECK_THAT(text, contains("\"right\""));
    CHECK_THAT(text, contains("in layer1.0"));
    CHECK_THAT(error_text<ShapeError>([&] { c.op(a, Tensor()); }), contains("b  (undefined)"));
  }
}

TEST_CASE("ops: matmul refuses other ranks and inner extents that differ", "[core][ops]") {
  Tensor a = Tensor::zeros({2, 3}), b = Tensor::zeros({4, 5});
  a.set_name("left");
  b.set_name("right");
  CHECK(error_text<ShapeError>([&] { matmul(a, b); }) ==
        "matmul: columns of a do not match rows of b\n"
        "  a  (2,3)  M,K  \"left\"   K = 3\n"
        "  b  (4,5)  K,N  \"right\"  K = 4\n"
        "  outside any module");
  CHECK_THAT(error_text<ShapeError>([&] {
               matmul(Tensor::zeros({2, 3, 4}), b);
             }),
             contains("matmul: a must have 2 axes, found 3"));
  CHECK_THAT(error_text<ShapeError>([&] { matmul(a, Tensor::zeros({3})); }),
             contains("matmul: b must have 2 axes, found 1"));
}

TEST_CASE("ops: concat wants all axes but the last to agree", "[core][ops]") {
  Tensor a = Tensor::zeros({2, 3});
  a.set_name("left");
  for (const Shape& shape : {Shape{3, 3}, Shape{2, 1, 3}, Shape{2, 0}, Shape{}}) {
    CAPTURE(shape.str());
    const std::string text = error_text<ShapeError>([&] { concat(a, Tensor::zeros(shape)); });
    CHECK_THAT(text, contains("concat: a and b must agree in all axes but the last"));
    CHECK_THAT(text, contains("\"left\""));
    CHECK_THAT(text, contains("b  " + shape.str()));
  }
}

TEST_CASE("ops: concat refuses a tensor that is undefined", "[core][ops]") {
  CHECK_THAT(error_text<ShapeError>([] { concat(Tensor(), Tensor::zeros({2})); }),
             contains("a  (undefined)"));
}

TEST_CASE("ops: of one operand, each refuses a tensor that is undefined", "[core][ops]") {
  const auto text = [](const auto& op) { return error_text<ShapeError>([&] { op(Tensor()); }); };
  CHECK_THAT(text([](const Tensor& x) { scale(x, 2); }), contains("scale: x is undefined\n  x  (undefined)"));
  CHECK_THAT(text([](const Tensor& x) { reshape(x, {2}); }), contains("reshape: x is undefined"));
  CHECK_THAT(text([](const Tensor& x) { sum(x); }), contains("sum: x is undefined"));
  CHECK_THAT(text([](const Tensor& x) { mean(x); }), contains("mean: x is undefined"));
}

TEST_CASE("ops: reshape wants the same number of elements, mean at least one", "[core][ops]") {
  Tensor a = Tensor::zeros({2, 3});
  a.set_name("map");
  const std::string text = error_text<ShapeError>([&] { reshape(a, {4, 2}); });
  CHECK_THAT(text, contains("reshape: x has 6 elements, (4,2) has 8"));
  CHECK_THAT(text, contains("\"map\""));
  CHECK_THAT(error_text<ShapeError>([] {
               mean(Tensor::zeros({0, 3}));
             }),
             contains("mean: x has no elements"));
}

#ifdef ECA_REAL_DOUBLE

TEST_CASE("ops: gradients of elementwise ops", "[grad][ops]") {
  const Tensor a = random_tensor({3, 5}, 1), b = random_tensor({3, 5}, 2);
  gradcheck("add", {{"a", a}, {"b", b}}, [&] { return add(a, b); });
  gradcheck("sub", {{"a", a}, {"b", b}}, [&] { return sub(a, b); });
  gradcheck("mul", {{"a", a}, {"b", b}}, [&] { return mul(a, b); });
  gradcheck("scale", {{"x", a}}, [&] { return scale(a, -2.5); });
  gradcheck("add(x,x)", {{"x", a}}, [&] { return add(a, a); });
  gradcheck("sub(x,2x)", {{"x", a}}, [&] { return sub(a, scale(a, 2)); });
  gradcheck("mul(x,x)", {{"x", a}}, [&] { return mul(a, a); });
}

TEST_CASE("ops: gradients of reductions, reshape and concat", "[grad][ops]") {
  const Tensor x = random_tensor({3, 4}, 1), y = random_tensor({3, 2}, 2);
  gradcheck("sum", {{"x", x}}, [&] { return sum(x); });
  gradcheck("mean", {{"x", x}}, [&] { return mean(x); });
  gradcheck("reshape", {{"x", x}}, [&] { return reshape(x, {2, 6}); });
  gradcheck("concat", {{"a", x}, {"b", y}}, [&] { return concat(x, y); });
  gradcheck("concat(x,x)", {{"x", x}}, [&] { return concat(x, x); });
}

TEST_CASE("ops: gradients of matmul", "[grad][ops]") {
  struct Extents {
    int64_t M, K, N;
  };
  for (const auto& [M, K, N] : {Extents{1, 1, 1}, {2, 3, 4}, {5, 1, 3}, {1, 7, 1}, {3, 17, 5}}) {
    CAPTURE(M, K, N);
    const Tensor a = random_tensor({M, K}, 1), b = random_tensor({K, N}, 2);
    gradcheck("matmul", {{"a", a}, {"b", b}}, [&] { return matmul(a, b); });
  }
  const Tensor a = random_tensor({3, 3}, 3);
  gradcheck("matmul(x,x)", {{"x", a}}, [&] { return matmul(a, a); });
}

TEST_CASE("ops: gradient of a diamond of ops", "[grad][ops]") {
  const Tensor a = random_tensor({2, 3}, 1), b = random_tensor({3, 2}, 2);
  gradcheck("diamond", {{"a", a}, {"b", b}}, [&] {
    const Tensor p = matmul(a, b), q = mul(p, p);
    return concat(add(q, p), reshape(sub(a, scale(a, 3)), {2, 3}));
  });
}

#endif
