#include "core/autograd/tape_break.hpp"

#include <csignal>
#include <iostream>
#include <sstream>

#include "core/autograd/tape.hpp"
#include "core/base/scope.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/reduce.hpp"
#include "layers/activations.hpp"
#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

namespace {

volatile std::sig_atomic_t stops = 0;

void count_stop(int) { stops = stops + 1; }

struct Walk {
  int stops;         // times that a debugger would have stopped
  std::string said;  // on standard error
};

// Walks #0 Scale, #1 Relu, #2 Scale (unused), #3 Relu, #4 Sum with TAPE_BREAK as it is set.
Walk walk() {
  stops = 0;
  std::ostringstream said;
  std::streambuf* const before = std::cerr.rdbuf(said.rdbuf());
  const auto handler = std::signal(SIGTRAP, count_stop);
  {
    const Tensor x = Tensor::full({2}, 1).set_requires_grad();
    Tape tape;
    const Scope scope("block");
    const Tensor y = relu(scale(x, 2));
    const Tensor unused = scale(y, 3);
    tape.backward(sum(relu(y)));
  }
  std::signal(SIGTRAP, handler);
  std::cerr.rdbuf(before);
  return {static_cast<int>(stops), said.str()};
}

Walk walk_with(const std::string& node) {
  set_tape_break(node);
  const Walk first = walk();
  const Walk second = walk();
  CHECK(second.stops == first.stops);
  CHECK(second.said.empty());  // it is said once
  set_tape_break("");
  return first;
}

}  // namespace

TEST_CASE("TAPE_BREAK: stops before the node of that name and number, in every walk", "[core][tape]") {
  const Walk stopped = walk_with("ReluBackward#1");
  CHECK(stopped.stops == 1);
  CHECK(stopped.said.empty());
  CHECK(walk_with("").stops == 0);
}

TEST_CASE("TAPE_BREAK: a number that is another op's says which would do", "[core][tape]") {
  const Walk other = walk_with("ReluBackward#2");
  CHECK(other.stops == 0);
  CHECK(other.said ==
        "TAPE_BREAK=ReluBackward#2 will not stop: node #2 is ScaleBackward in block; the nearest are "
        "ReluBackward#1 in block, ReluBackward#3 in block\n");
  CHECK_THAT(walk_with("SumBackward#17").said,
             contains("this tape has the nodes #0 to #4; the nearest are SumBackward#4 in block"));
}

TEST_CASE("TAPE_BREAK: a name that no node has says which there are", "[core][tape]") {
  CHECK_THAT(walk_with("ReluBackwards#1").said,
             contains("no node of this tape is a ReluBackwards (did you mean \"ReluBackward\"?); there are "
                      "ReluBackward, ScaleBackward, SumBackward"));
  CHECK_THAT(walk_with("ReluBackward").said,
             contains("expected a name and a number, as in Conv2dBackward#17"));
  CHECK_THAT(walk_with("ReluBackward#1x").said, contains("expected a name and a number"));
}

TEST_CASE("TAPE_BREAK: a node that leads nowhere says so", "[core][tape]") {
  const Walk unused = walk_with("ScaleBackward#2");
  CHECK(unused.stops == 0);
  CHECK(unused.said ==
        "TAPE_BREAK=ScaleBackward#2 will not stop: nothing leads from this node in block to the loss\n");
}
