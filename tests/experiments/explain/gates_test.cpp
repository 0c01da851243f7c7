#include "experiments/explain/gates.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "experiments/explain/gate_numbers.hpp"
#include "layers/ops_mode.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/experiments/explain/small_net.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

std::vector<Gate> gates_of(Module& network, const Tensor& x) {
  const PlainOps plain;
  Tape tape;
  tape.keep_values(true);
  network(x);
  return gates_on(tape);
}

Tensor one_image(const Tensor& x, int64_t n) {
  const int64_t size = x.numel() / x.dim(0);
  Tensor one = Tensor::empty({1, x.dim(1), x.dim(2), x.dim(3)});
  std::copy_n(x.data() + n * size, size, one.data());
  return one;
}

GateTable table_of(int64_t channels, const std::vector<double>& values) {
  return {.module = "b", .channels = channels, .values = values, .squeeze = {}};
}

}  // namespace

TEST_CASE("The gates of ECA are those that its forward multiplies by", "[explain]") {
  SmallNet network("eca:k=3");
  const Tensor x = random_tensor({3, 5, 4, 3}, 11);
  const std::vector<Gate> gates = gates_of(network, x);
  REQUIRE(gates.size() == 1);
  CHECK(gates[0].module == "eca");
  REQUIRE(gates[0].values.shape() == Shape{3, 8});
  // worked out from the convolution's map and the kernel
  const NoGrad no_grad;
  const Tensor map = relu(network.conv(x));
  CHECK(same_bits(gates[0].before, map));
  const Tensor w = network.attention->parameters()[0]->value;
  for (int64_t n = 0; n < 3; ++n) {
    for (int64_t c = 0; c < 8; ++c) {
      double z = 0;
      for (int64_t j = 0; j < 3; ++j) {
        double y = 0;
        const int64_t i = c + j - 1;
        for (int64_t p = 0; p < 20 && i >= 0 && i < 8; ++p)
          y += static_cast<double>(map.at({n, p / 4, p % 4, i})) / 20;
        z += static_cast<double>(w.at({j})) * y;
      }
      CHECK(static_cast<double>(gates[0].values.at({n, c})) == Approx(1 / (1 + std::exp(-z))).epsilon(1e-5));
      CHECK(gates[0].after.at({n, 2, 1, c}) == Approx(map.at({n, 2, 1, c}) * gates[0].values.at({n, c})));
    }
  }
}

TEST_CASE("Every attention module that weighs channels has gates, and their product is what comes out",
          "[explain]") {
  const Tensor x = random_tensor({2, 6, 6, 3}, 12);
  for (const AttentionKind& kind : attention_kinds()) {
    CAPTURE(kind.name);
    SmallNet network(kind.name, 16);
    const std::vector<Gate> gates = gates_of(network, x);
    if (kind.name == "none") {
      CHECK(gates.empty());
      continue;
    }
    REQUIRE(gates.size() == 1);
    CHECK(gates[0].module.starts_with(kind.name));
    CHECK(gates[0].values.shape() == Shape{2, 16});
    if (kind.name == "simam" || kind.name == "coord")
      continue;  // the mean of gates that differ from pixel to pixel
    for (int64_t c = 0; c < 16; ++c)
      CHECK(gates[0].after.at({1, 3, 2, c}) ==
            Approx(gates[0].before.at({1, 3, 2, c}) * gates[0].values.at({1, c})));
  }
}

TEST_CASE("Gates by class are the means of what single forward passes give", "[explain]") {
  SmallNet network("se:r=4");
  const Tensor x = random_tensor({5, 4, 4, 3}, 13);
  const std::vector<int32_t> labels = {0, 2, 0, 2, 2};
  std::vector<GateTable> tables;
  add_gates(tables, gates_of(network, one_image(x, 0)));
  for (int64_t n = 1; n < 5; ++n) add_gates(tables, gates_of(network, one_image(x, n)));
  end_gates(tables);
  REQUIRE(tables.size() == 1);
  CHECK(tables[0].images() == 5);
  const auto means = class_means(tables[0], labels, 3);
  CHECK(means[1].empty());
  const NoGrad no_grad;
  const Tensor map = relu(network.conv(x));
  const Tensor y = (*network.attention)(map);
  for (int64_t c = 0; c < 8; ++c) {
    const auto gate = [&](int64_t n) {  // out / in, where in is not 0
      for (int64_t p = 0; p < 16; ++p) {
        const real in = map.at({n, p / 4, p % 4, c});
        if (in > real{0.01}) return static_cast<double>(y.at({n, p / 4, p % 4, c}) / in);
      }
      return std::nan("");
    };
    if (!std::isnan(gate(0) + gate(2)))
      CHECK(means[0][static_cast<size_t>(c)] == Approx((gate(0) + gate(2)) / 2).epsilon(1e-4));
    if (!std::isnan(gate(1) + gate(3) + gate(4)))
      CHECK(means[2][static_cast<size_t>(c)] == Approx((gate(1) + gate(3) + gate(4)) / 3).epsilon(1e-4));
    double squeeze = 0;
    for (int64_t n = 0; n < 5; ++n) {
      for (int64_t p = 0; p < 16; ++p) squeeze += static_cast<double>(map.at({n, p / 4, p % 4, c})) / 80;
    }
    CHECK(tables[0].squeeze[static_cast<size_t>(c)] == Approx(squeeze).epsilon(1e-4));
  }
}

TEST_CASE("The numbers of gates, worked out by hand", "[explain]") {
  // two classes of two images, two channels: class means (0.2, 0.5) and (0.6, 0.5)
  const GateTable table = table_of(2, {0.1, 0.4, 0.3, 0.6, 0.5, 0.4, 0.7, 0.6});
  const GateNumbers numbers = gate_numbers(table, {0, 0, 1, 1}, 2);
  CHECK(numbers.mean == Approx(0.45));
  CHECK(numbers.between == Approx((0.2 + 0) / 2));
  CHECK(numbers.within == Approx(0.1));
  // deviations (-0.3,-0.1,0.1,0.3) and (-0.1,0.1,-0.1,0.1)
  CHECK(numbers.neighbours == Approx(0.04 / std::sqrt(0.2 * 0.04)));
  CHECK(numbers.any_two == Approx(numbers.neighbours));
  CHECK_THAT(error_text<Error>([&] {
               gate_numbers(table, {0, 0, 1}, 2);
             }),
             contains("3 labels for 4 images"));
}

TEST_CASE("Neighbours that agree, any two that do not, and gates that never move", "[explain]") {
  std::vector<double> values;
  for (int n = 0; n < 8; ++n) {  // channels a a b b, a and b independent; then one that is constant
    const double a = n % 2, b = n / 2 % 2;
    for (const double gate : {a, a, b, b, 0.5}) values.push_back(gate);
  }
  const GateNumbers numbers = gate_numbers(table_of(5, values), std::vector<int32_t>(8, 0), 1);
  CHECK(numbers.neighbours == Approx((1 + 0 + 1) / 3.0));
  CHECK(numbers.any_two == Approx((1 + 1) / 6.0));
  CHECK(numbers.between == 0);
  const GateNumbers still = gate_numbers(table_of(2, {0.5, 0.5, 0.5, 0.5}), {0, 0}, 1);
  CHECK(std::isnan(still.neighbours));
  CHECK(std::isnan(still.any_two));
}
