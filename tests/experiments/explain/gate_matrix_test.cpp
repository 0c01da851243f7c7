#include "experiments/explain/gate_matrix.hpp"

#include <map>

#include "layers/attention/attention.hpp"
#include "tests/catch.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

std::unique_ptr<Module> module_of(const std::string& text, int64_t channels) {
  auto module = make_attention(text, channels);
  module->initialise(3);
  return module;
}

std::vector<double> squeeze_of(int64_t channels) {
  std::vector<double> y;
  for (const real value : random_tensor({channels}, 4).values()) y.push_back(static_cast<double>(value));
  return y;
}

// Text to structure at 32 channels; empty: no matrix.
const std::map<std::string, std::string>& structures() {
  static const std::map<std::string, std::string> expected = {{"se", "full"},
                                                              {"se_var1", "diagonal"},
                                                              {"se_var2", "diagonal"},
                                                              {"se_var3", "full"},
                                                              {"se_gc1", "blocks of 2"},
                                                              {"se_gc2", "blocks of 16"},
                                                              {"se_gc3", "blocks of 8"},
                                                              {"eca_ns", "band of 3"},
                                                              {"eca", "band of 3"},
                                                              {"eca:k=7", "band of 7"},
                                                              {"eca:k=1", "diagonal"},
                                                              {"eca_circular", "band of 3, closed to a ring"},
                                                              {"eca_permuted", "3 of 32 a row"},
                                                              {"cbam", "full"},
                                                              {"gct", ""},
                                                              {"srm", ""},
                                                              {"simam", ""},
                                                              {"coord", ""},
                                                              {"ge", "diagonal"}};
  return expected;
}

}  // namespace

TEST_CASE("Each attention module's matrix has the structure of its formula", "[explain]") {
  for (const AttentionKind& kind : attention_kinds())
    CHECK((kind.name == "none" || structures().contains(kind.name)));
  for (const auto& [text, expected] : structures()) {
    CAPTURE(text);
    const auto module = module_of(text, 32);
    const auto matrix = gate_matrix(*module, squeeze_of(32));
    REQUIRE(matrix.has_value() == !expected.empty());
    if (matrix) CHECK(structure(*matrix) == expected);
    CHECK(module->training());
  }
}

TEST_CASE("The matrix of a linear gate is its weight", "[explain]") {
  const auto full = module_of("se_var3", 5);
  const GateMatrix m = *gate_matrix(*full, squeeze_of(5));
  const Tensor w = full->parameters()[0]->value;  // (in,out)
  for (int64_t c = 0; c < 5; ++c) {
    for (int64_t i = 0; i < 5; ++i)
      CHECK(m.W[static_cast<size_t>(5 * c + i)] == static_cast<double>(w.at({i, c})));
  }
  CHECK(m.kernel.empty());

  const auto eca = module_of("eca:k=3", 6);
  const GateMatrix band = *gate_matrix(*eca, squeeze_of(6));
  const Tensor k = eca->parameters()[0]->value;
  REQUIRE(band.kernel.size() == 3);
  for (int64_t j = 0; j < 3; ++j)
    CHECK(band.kernel[static_cast<size_t>(j)] == static_cast<double>(k.at({j})));
  for (int64_t c = 0; c < 6; ++c) {
    for (int64_t i = 0; i < 6; ++i) {
      const int64_t j = i - c + 1;
      CHECK(band.W[static_cast<size_t>(6 * c + i)] == (j >= 0 && j < 3 ? static_cast<double>(k.at({j})) : 0));
    }
  }
}

TEST_CASE("The matrix of SE is that of its open hidden units", "[explain]") {
  const auto se = module_of("se:r=4", 8);
  const std::vector<double> y = squeeze_of(8);
  const GateMatrix m = *gate_matrix(*se, y);
  const Tensor w1 = se->parameters()[0]->value, w2 = se->parameters()[1]->value;  // (8,2), (2,8)
  for (int64_t c = 0; c < 8; ++c) {
    for (int64_t i = 0; i < 8; ++i) {
      double expected = 0;
      for (int64_t h = 0; h < 2; ++h) {
        double hidden = 0;
        for (int64_t q = 0; q < 8; ++q)
          hidden += y[static_cast<size_t>(q)] * static_cast<double>(w1.at({q, h}));
        if (hidden > 0) expected += static_cast<double>(w1.at({i, h})) * static_cast<double>(w2.at({h, c}));
      }
      CHECK(m.W[static_cast<size_t>(8 * c + i)] == Approx(expected).margin(1e-6));
    }
  }
  CHECK(structure({.channels = 2, .W = {0, 0, 0, 0}}) == "zero");
}
