// What the modules of the ECA paper's table 2 have in common, and how many parameters each has.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "core/base/error.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention.hpp"
#include "layers/pooling.hpp"
#include "layers/scale_channels.hpp"
#include "layers/state_dict.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

constexpr int64_t kC = 16;

// The module, its only weight given by weight(index in memory).
template <class Weight>
std::unique_ptr<Module> with_weight(const std::string& text, Weight weight) {
  auto module = make_attention(text, kC);
  module->initialise(1);
  REQUIRE(module->parameters().size() == 1);
  Tensor& value = module->parameters()[0]->value;
  real* data = value.write_in_place();
  for (int64_t i = 0; i < value.numel(); ++i) data[i] = static_cast<real>(weight(i));
  return module;
}

// Both give the same y, and the same dx.
void check_same(Module& a, Module& b) {
  Tensor x = random_tensor({3, 4, 5, kC}, 1, -1, 3);
  const Tensor dy = random_tensor(x.shape(), 2);
  const auto run = [&](Module& module) {
    x.set_requires_grad(false).set_requires_grad();
    Tape tape;
    const Tensor y = module(x);
    tape.backward(y, dy);
    return std::pair{copy_of(y), copy_of(x.grad())};
  };
  const auto [y_a, dx_a] = run(a);
  const auto [y_b, dx_b] = run(b);
  CHECK(difference(y_a, y_b, 1e-6) == "");
  CHECK(difference(dx_a, dx_b, 1e-5) == "");
}

double some_weight(int64_t i) { return std::sin(static_cast<double>(3 * i + 1)); }

int64_t count(const std::string& attention, int64_t channels) {
  return make_attention(attention, channels)->parameter_count();
}

// What 16 blocks of ResNet-50 or the 3n blocks of a CIFAR ResNet add.
int64_t resnet50(const std::string& attention) {
  return 3 * count(attention, 256) + 4 * count(attention, 512) + 6 * count(attention, 1024) +
         3 * count(attention, 2048);
}
int64_t cifar_per_n(const std::string& attention) {
  return count(attention, 16) + count(attention, 32) + count(attention, 64);
}

}  // namespace

// ---- identities --------------------------------------------------------------------------------------

TEST_CASE("attention: ECA with the kernel 0 1 0 is SE-Var1, on a circle and permuted too", "[attention]") {
  const auto var1 = make_attention("se_var1", kC);
  for (const char* text : {"eca:k=3", "eca_circular:k=3", "eca_permuted:k=3"}) {
    CAPTURE(text);
    check_same(*with_weight(text, [](int64_t j) { return j == 1; }), *var1);
  }
  check_same(*make_attention("ge", kC), *var1);
}

TEST_CASE("attention: ECA-NS with equal rows is ECA", "[attention]") {
  for (const int64_t k : {1, 3, 5}) {
    CAPTURE(k);
    const std::string option = ":k=" + std::to_string(k);
    check_same(*with_weight("eca_ns" + option, [&](int64_t i) { return some_weight(i % k); }),
               *with_weight("eca" + option, some_weight));
  }
}

TEST_CASE("attention: SE-Var3 with a band matrix is ECA-NS", "[attention]") {
  // Linear keeps its matrix as (I,O).
  const auto band = [](int64_t i) {
    const int64_t from = i / kC, to = i % kC, j = from - to + 1;
    return j >= 0 && j < 3 ? some_weight(to * 3 + j) : 0;
  };
  check_same(*with_weight("se_var3", band), *with_weight("eca_ns:k=3", some_weight));
}

TEST_CASE("attention: SE-Var3 with a block-diagonal matrix is SE-GC", "[attention]") {
  const auto blocks = [](int64_t i) {
    const int64_t from = i / kC, to = i % kC;
    return from / 8 == to / 8 ? some_weight(to * 8 + from % 8) : 0;
  };
  check_same(*with_weight("se_var3", blocks), *with_weight("se_gc3", some_weight));
}

TEST_CASE("attention: SE-GC with C groups is SE-Var2, with one group SE-Var3", "[attention]") {
  check_same(*with_weight("se_gc1", some_weight), *with_weight("se_var2", some_weight));
  const auto transposed = [](int64_t i) { return some_weight(i % kC * kC + i / kC); };
  check_same(*with_weight("se_gc2", some_weight), *with_weight("se_var3", transposed));
}

TEST_CASE("attention: circular ECA differs from ECA at both ends only", "[attention]") {
  const auto open = with_weight("eca:k=3", some_weight),
             closed = with_weight("eca_circular:k=3", some_weight);
  const Tensor x = random_tensor({1, 2, 2, kC}, 1, 1, 2);
  const Tensor a = (*open)(x), b = (*closed)(x);
  for (int64_t c = 0; c < kC; ++c) {
    CAPTURE(c);
    CHECK((a.data()[c] == b.data()[c]) == (c != 0 && c != kC - 1));
  }
}

TEST_CASE("attention: GCT starts as the identity, SRM and SimAM as a halving and more", "[attention]") {
  const Tensor x = random_tensor({3, 4, 5, kC}, 1);
  const auto gct = make_attention("gct", kC), srm = make_attention("srm", kC);
  gct->initialise(1);
  srm->initialise(1);
  CHECK(same_bits((*gct)(x), x));
  const Tensor halved = (*srm)(x);
  for (int64_t i = 0; i < x.numel(); ++i) {
    if (halved.data()[i] != x.data()[i] / 2) FAIL("SRM at " << i);
  }
  const Tensor y = (*make_attention("simam", kC))(x);
  const real least = 1 / (1 + std::exp(real{-0.5}));
  for (int64_t i = 0; i < x.numel(); ++i) {
    if (std::abs(y.data()[i]) < std::abs(x.data()[i]) * least * real{0.9999}) FAIL("SimAM at " << i);
  }
}

// ---- the permuted control ----------------------------------------------------------------------------

TEST_CASE("attention: permuted ECA gates channel order[i] by the neighbours of place i", "[attention]") {
  const auto module = with_weight("eca_permuted:k=3", [](int64_t j) {
    return j == 0 ? 1 : j == 1 ? 10 : 100;
  });
  const Tensor x = random_tensor({2, 3, 3, kC}, 1, -0.01, 0.01), out = (*module)(x);
  const std::vector<real> order = module->buffers()[0]->value.values();
  const Tensor y = global_average_pool(x);
  const auto mean = [&](int64_t n, int64_t i) {
    if (i < 0 || i >= kC) return 0.0;
    return static_cast<double>(y.data()[n * kC + static_cast<int64_t>(order[static_cast<size_t>(i)])]);
  };
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t i = 0; i < kC; ++i) {
      const auto c = static_cast<int64_t>(order[static_cast<size_t>(i)]);
      const double z = mean(n, i - 1) + 10 * mean(n, i) + 100 * mean(n, i + 1);
      const auto ratio = static_cast<double>(out.data()[n * 9 * kC + c] / x.data()[n * 9 * kC + c]);
      CHECK(std::abs(ratio - 1 / (1 + std::exp(-z))) < 1e-5);
    }
  }
}

TEST_CASE("attention: each block draws its own order from the seed, and saves it", "[attention]") {
  const auto orders = [](uint64_t seed) {
    const auto model = make_model({.name = "eca_permuted_resnet20"});
    model->initialise(seed);
    std::map<std::string, std::vector<real>> all;
    for (const Parameter* buffer : model->buffers()) {
      if (buffer->name.ends_with("order")) all.emplace(buffer->name, buffer->value.values());
    }
    return all;
  };
  const auto one = orders(1);
  CHECK(one.size() == 9);
  CHECK(one == orders(1));
  CHECK(one != orders(2));
  std::set<std::vector<real>> distinct;
  for (const auto& [name, order] : one) {
    CAPTURE(name);
    distinct.insert(order);
    std::vector<real> sorted = order, expected(order.size());
    std::sort(sorted.begin(), sorted.end());
    std::iota(expected.begin(), expected.end(), real{0});
    CHECK(sorted == expected);
    CHECK(order != expected);
  }
  CHECK(distinct.size() == 9);

  const auto a = make_attention("eca_permuted", kC), b = make_attention("eca_permuted", kC);
  a->initialise(1);
  b->initialise(2);
  CHECK(a->buffers()[0]->value.values() != b->buffers()[0]->value.values());
  load_state(*b, save_state(*a));
  CHECK(a->buffers()[0]->value.values() == b->buffers()[0]->value.values());
  check_same(*a, *b);
}

// ---- parameters --------------------------------------------------------------------------------------

TEST_CASE("attention: what each module adds to a CIFAR ResNet, for every n", "[attention][counts]") {
  for (const auto& [attention, extra] : std::map<std::string, int64_t>{{"se", 672},
                                                                       {"se:bias=true", 791},
                                                                       {"cbam", 1091},
                                                                       {"eca", 9},
                                                                       {"eca_circular", 9},
                                                                       {"eca_permuted", 9},
                                                                       {"se_var1", 0},
                                                                       {"se_var2", 112},
                                                                       {"se_var3", 5376},
                                                                       {"se_gc1", 336},
                                                                       {"se_gc2", 1792},
                                                                       {"se_gc3", 896},
                                                                       {"eca_ns", 336},
                                                                       {"gct", 336},
                                                                       {"srm", 448},
                                                                       {"simam", 0},
                                                                       {"ge", 0}}) {
    CAPTURE(attention);
    CHECK(cifar_per_n(attention) == extra);
    for (const int64_t depth : {20, 32, 44, 56, 110}) {
      const int64_t n = (depth - 2) / 6;
      const ModelConfig config = {.name = "resnet" + std::to_string(depth), .attention = attention};
      CHECK(make_model(config)->parameter_count() == 97216 * n - 21926 + extra * n);
    }
  }
}

TEST_CASE("attention: what each module adds to ResNet-50", "[attention][counts]") {
  for (const auto& [attention, extra] : std::map<std::string, int64_t>{{"se_var1", 0},
                                                                       {"se_var2", 15104},
                                                                       {"se_var3", 20119552},
                                                                       {"se_gc1", 1257472},
                                                                       {"se_gc2", 241664},
                                                                       {"se_gc3", 120832},
                                                                       {"eca_ns:k=3", 45312},
                                                                       {"eca:k=3", 48},
                                                                       {"eca", 86},
                                                                       {"se", 28071976 - 25557032},
                                                                       {"se:bias=true", 28088024 - 25557032},
                                                                       {"cbam", 28089624 - 25557032},
                                                                       {"srm", 60416},
                                                                       {"gct", 3 * 15104}}) {
    CAPTURE(attention);
    CHECK(resnet50(attention) == extra);
  }
  CHECK(3 * count("eca:k=3", 256) + 4 * count("eca:k=5", 512) + 6 * count("eca:k=5", 1024) +
            3 * count("eca:k=7", 2048) ==
        80);
}

TEST_CASE("attention: coordinate attention counts 3 C m + 3 m + 2 C with its biases", "[attention][counts]") {
  for (const int64_t C : {16, 32, 64, 512}) {
    const int64_t m = std::max<int64_t>(8, C / 32);
    CHECK(count("coord", C) == 3 * C * m + 3 * m + 2 * C);
  }
}

TEST_CASE("attention: parameters are called as in the official codes", "[attention]") {
  const auto names = [](const std::string& text) {
    const auto module = make_attention(text, 16);
    module->initialise(1);
    std::vector<std::string> all;
    for (const auto& [name, tensor] : save_state(*module).tensors) {
      all.push_back(name + " " + Shape(tensor.shape).str());
    }
    return all;
  };
  using Names = std::vector<std::string>;
  CHECK(names("eca_ns:k=3") == Names{"conv.weight (16,1,3)"});
  CHECK(names("gct") == Names{"alpha (1,16,1,1)", "beta (1,16,1,1)", "gamma (1,16,1,1)"});
  CHECK(names("srm") == Names{"bn.bias (16)", "bn.num_batches_tracked ()", "bn.running_mean (16)",
                              "bn.running_var (16)", "bn.weight (16)", "cfc (16,2)"});
  CHECK(names("cbam:r=4") ==
        Names{"ChannelGate.mlp.1.bias (4)", "ChannelGate.mlp.1.weight (4,16)", "ChannelGate.mlp.3.bias (16)",
              "ChannelGate.mlp.3.weight (16,4)", "SpatialGate.spatial.bn.bias (1)",
              "SpatialGate.spatial.bn.num_batches_tracked ()", "SpatialGate.spatial.bn.running_mean (1)",
              "SpatialGate.spatial.bn.running_var (1)", "SpatialGate.spatial.bn.weight (1)",
              "SpatialGate.spatial.conv.weight (1,2,7,7)"});
}
