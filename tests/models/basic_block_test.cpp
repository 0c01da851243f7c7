#include "models/basic_block.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/block_golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

std::vector<std::string> names(Module& module) {
  std::vector<std::string> all;
  for (const Parameter* parameter : module.parameters()) all.push_back(parameter->name);
  return all;
}

}  // namespace

TEST_CASE("basic block: shapes with each shortcut", "[models][basic_block]") {
  const Tensor x = random_tensor({2, 7, 5, 4}, 1);
  for (const Shortcut shortcut : {Shortcut::A, Shortcut::B}) {
    for (const char* attention : {"none", "se:r=2", "eca"}) {
      BasicBlock same({4, 4, 1, shortcut, attention}), half({4, 8, 2, shortcut, attention});
      same.initialise(1);
      half.initialise(1);
      CHECK(same(x).shape() == Shape{2, 7, 5, 4});
      CHECK(half(x).shape() == Shape{2, 4, 3, 8});
    }
  }
}

TEST_CASE("basic block: parameter names are PyTorch's", "[models][basic_block]") {
  BasicBlock block({4, 8, 2, Shortcut::B, "eca"});
  block.initialise(1);
  CHECK(names(block) == std::vector<std::string>{"conv1.weight", "bn1.weight", "bn1.bias", "conv2.weight",
                                                 "bn2.weight", "bn2.bias", "eca.conv.weight",
                                                 "downsample.0.weight", "downsample.1.weight",
                                                 "downsample.1.bias"});
  BasicBlock plain({4, 4, 1, Shortcut::B, "none"});
  CHECK(names(plain).size() == 6);
}

TEST_CASE("basic block: the shortcut is A or B", "[models][basic_block]") {
  CHECK(parse_shortcut("A") == Shortcut::A);
  CHECK(parse_shortcut("B") == Shortcut::B);
  for (const char* text : {"C", "a", ""}) {
    CHECK_THAT(error_text<Error>([&] { parse_shortcut(text); }),
               contains("shortcut: \"" + std::string(text) + "\", expected A"));
  }
}

TEST_CASE("basic block: agrees with PyTorch", "[golden][basic_block]") {
  check_block_golden("basic_block", [](const GoldenCase& c) {
    const Shortcut shortcut = c.option<std::string>("shortcut") == "B" ? Shortcut::B : Shortcut::A;
    return std::make_unique<BasicBlock>(ResidualBlockConfig{
        c.option<int64_t>("c_in"), c.option<int64_t>("c_out"), c.option<int64_t>("stride"), shortcut,
        "eca:k=" + std::to_string(c.option<int64_t>("k"))});
  });
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("basic block: gradients with each shortcut and attention", "[grad][basic_block]") {
  struct Case {
    std::string name;
    int64_t in, out, stride;
    Shortcut shortcut;
  };
  for (const Case& c : {Case{"identity", 3, 3, 1, Shortcut::A},
                        {"A", 2, 4, 2, Shortcut::A},
                        {"A, odd channels", 2, 5, 2, Shortcut::A},
                        {"B", 2, 4, 2, Shortcut::B}}) {
    for (const char* attention : {"none", "se:r=2", "se:r=2,bias=true", "eca:k=3"}) {
      BasicBlock block({c.in, c.out, c.stride, c.shortcut, attention});
      randomise(block);
      const Tensor x = random_tensor({2, 5, 4, c.in}, 1);
      for (const bool training : {true, false}) {
        CAPTURE(c.name, attention, training);
        block.train(training);
        gradcheck("basic block", with_parameters({{"x", x}}, block.parameters()), [&] { return block(x); });
      }
    }
  }
}
#endif
