#include "core/autograd/tensor.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("tensor: makers fill what they promise", "[core][tensor]") {
  CHECK(Tensor::full({2, 3}, 4).values() == std::vector<real>(6, 4));
  CHECK(Tensor::zeros({3}).values() == std::vector<real>{0, 0, 0});
  CHECK(Tensor::from({2, 2}, {1, 2, 3, 4}).values() == std::vector<real>{1, 2, 3, 4});
  CHECK(Tensor::empty({4, 5}).numel() == 20);
  CHECK(!Tensor().defined());
  CHECK_THROWS_WITH(Tensor::from({2, 2}, {1, 2, 3}), contains("3 values for shape (2,2) of 4"));
}

TEST_CASE("tensor: elements are addressed innermost axis last", "[core][tensor]") {
  Tensor x = Tensor::from({2, 3}, {0, 1, 2, 10, 11, 12});
  CHECK(x.at({0, 2}) == 2);
  CHECK(x.at({1, 0}) == 10);
  x.at({1, 1}) = 7;
  CHECK(x.values() == std::vector<real>{0, 1, 2, 10, 7, 12});
}

TEST_CASE("tensor: an element outside is an error naming tensor, shape and index", "[core][tensor]") {
  Tensor x = Tensor::zeros({2, 3}).set_name("x");
  CHECK_THROWS_WITH(x.at({2, 0}), contains("\"x\" (2,3): no element (2,0)"));
  CHECK_THROWS_WITH(x.at({0, 3}), contains("no element (0,3)"));
  CHECK_THROWS_WITH(x.at({0, -1}), contains("\"x\" (2,3): no element (0,-1)"));
  CHECK_THROWS_WITH(x.at({0}), contains("no element (0)"));
  CHECK_THROWS_AS(x.at({0, 0, 0, 0, 0, 0, 0}), ShapeError);
}

TEST_CASE("tensor: an undefined tensor is an error wherever it is asked for something", "[core][tensor]") {
  const auto text = contains("tensor: undefined, it has neither shape nor values");
  Tensor nothing;
  CHECK_THROWS_WITH(nothing.shape(), text);
  CHECK_THROWS_WITH(nothing.dim(0), text);
  CHECK_THROWS_WITH(nothing.values(), text);
  CHECK_THROWS_WITH(nothing.item(), text);
  CHECK_THROWS_WITH(nothing.at({0}), text);
  CHECK_THROWS_WITH(nothing.name(), text);
  CHECK_THROWS_WITH(nothing.set_name("x"), text);
  CHECK_THROWS_WITH(nothing.set_requires_grad(), text);
  CHECK_THROWS_WITH(nothing.write_in_place(), text);
  CHECK_THROWS_WITH(nothing.grad(), text);
  CHECK(!nothing.requires_grad());
  const Tensor x = Tensor::full({1}, 2).set_requires_grad();
  CHECK_THROWS_WITH(x.grad().item(), contains("so is grad() before a backward pass has reached its tensor"));
  // In release builds of what a function hands out alone.
  const Tensor never_reached = Tensor::zeros({2}).set_requires_grad();
  CHECK_THROWS_WITH(never_reached.grad().data(), text);
}

TEST_CASE("tensor: a tensor that is not stored has a shape and no values", "[core][tensor]") {
  Tensor y = Tensor::unstored({2, 3}).set_name("y");
  CHECK(y.numel() == 6);
  CHECK_THROWS_WITH(y.values(), contains("tensor: \"y\" (2,3) is not stored, it has no values to read"));
  CHECK_THROWS_AS(y.at({0, 0}), Error);
  CHECK_THROWS_AS(y.write_in_place(), Error);
}

TEST_CASE("tensor: item() is the value of one element", "[core][tensor]") {
  CHECK(Tensor::full({1, 1}, 5).item() == 5);
  CHECK(Tensor::full({}, 6).item() == 6);
  CHECK_THROWS_WITH(Tensor::zeros({2}).set_name("loss").item(), contains("\"loss\" (2)"));
}

TEST_CASE("tensor: copies share array, name and gradient", "[core][tensor]") {
  Tensor a = Tensor::zeros({2});
  Tensor b = a;
  b.data()[1] = 3;
  b.set_name("shared");
  b.set_requires_grad();
  CHECK(a.values() == std::vector<real>{0, 3});
  CHECK(a.name() == "shared");
  CHECK(a.gradient() == b.gradient());
}

TEST_CASE("tensor: sharing gives another shape, its own name and no gradient", "[core][tensor]") {
  Tensor a = Tensor::from({2, 3}, {1, 2, 3, 4, 5, 6}).set_name("a").set_requires_grad();
  Tensor b = Tensor::sharing(a.storage(), {3, 2}, "b");
  CHECK(b.data() == a.data());
  CHECK(b.shape() == Shape{3, 2});
  CHECK(b.name() == "b");
  CHECK(a.name() == "a");
  CHECK(!b.requires_grad());
}

TEST_CASE("tensor: write_in_place counts, reading does not", "[core][tensor]") {
  Tensor a = Tensor::zeros({2});
  const uint64_t before = a.storage()->version;
  CHECK(a.values().size() == 2);
  CHECK(a.storage()->version == before);
  CHECK(a.write_in_place() == a.data());
  CHECK(a.storage()->version == before + 1);
}

TEST_CASE("tensor: a gradient appears when touched and clear_grad keeps its memory", "[core][tensor]") {
  Tensor a = Tensor::zeros({2}).set_name("a");
  CHECK(!a.requires_grad());
  CHECK(!a.grad().defined());
  a.set_requires_grad();
  CHECK(!a.grad().defined());

  a.gradient()->storage = Tensor::from({2}, {3, 4}).storage();
  a.gradient()->touched = true;
  CHECK(a.grad().values() == std::vector<real>{3, 4});
  CHECK(a.grad().name() == "d a");

  const real* memory = a.grad().data();
  a.clear_grad();
  CHECK(!a.grad().defined());
  CHECK(a.gradient()->storage->data == memory);
  a.set_requires_grad(false);
  CHECK(!a.requires_grad());
}

TEST_CASE("tensor: the gradient carries the tensor's shape and its present name", "[core][tensor]") {
  Tensor a = Tensor::zeros({2, 5}).set_name("before").set_requires_grad();
  a.set_name("after");
  CHECK(a.gradient()->shape == Shape{2, 5});
  CHECK(a.gradient()->name == "after");
}

TEST_CASE("tensor_str: name, shape, range, NaN count, gradient", "[core][tensor]") {
  const real nan = std::numeric_limits<real>::quiet_NaN();
  Tensor a = Tensor::from({2, 2}, {-1.5, nan, 3, nan}).set_name("conv1.weight");
  CHECK(std::string(tensor_str(a)) == "Tensor \"conv1.weight\" (2,2) min -1.5 max 3 nan 2 grad no");
  a.set_requires_grad();
  CHECK(std::string(tensor_str(a)).ends_with("grad yes"));
  CHECK(std::string(tensor_str(Tensor())) == "Tensor (undefined)");
  CHECK(std::string(tensor_str(Tensor::full({2, 3}, nan))) == "Tensor \"\" (2,3) all 6 nan grad no");
  CHECK(std::string(tensor_str(Tensor::zeros({0, 3}))) == "Tensor \"\" (0,3) no elements grad no");
  CHECK(std::string(tensor_str(Tensor::unstored({2, 3}).set_name("y"))) ==
        "Tensor \"y\" (2,3) not stored grad no");
}
