#include <sstream>

#include "core/autograd/tape.hpp"
#include "core/base/scope.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "tests/catch.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// Two nodes: "MulBackward" in layer1 and "ReluBackward" outside any module.
void record_two(Tensor& w) {
  const Tensor x = Tensor::full({2, 3}, 1).set_name("input");
  w = Tensor::full({2, 3}, 2).set_name("layer1.weight").set_requires_grad();
  Tensor y;
  {
    const Scope scope("layer1");
    y = mul(x, w);
  }
  relu(y);
}

}  // namespace

TEST_CASE("dump_tape: a line a node with number, name, scope, shape and saved bytes", "[core][tape]") {
  Tape tape;
  Tensor w;
  record_two(w);
  std::ostringstream out;
  dump_tape(tape, out);
  std::istringstream lines(out.str());
  std::string heading, seq, name, scope, shape, bytes;
  std::getline(lines, heading);
  for (const char* column : {"seq", "node", "scope", "output", "saved bytes"}) {
    CHECK_THAT(heading, contains(column));
  }
  lines >> seq >> name >> scope >> shape >> bytes;
  CHECK(seq + " " + name + " " + scope + " " + shape == "0 MulBackward layer1 (2,3)");
  CHECK(bytes == std::to_string(12 * sizeof(real)));
  lines >> seq >> name >> shape >> bytes;
  CHECK(seq + " " + name + " " + shape == "1 ReluBackward (2,3)");
  CHECK(bytes == std::to_string(6 * sizeof(real)));
  CHECK(!(lines >> seq));
}

TEST_CASE("dump_dot: nodes grouped by scope, edges from producers and from leaves", "[core][tape]") {
  Tape tape;
  Tensor w;
  record_two(w);
  std::ostringstream out;
  dump_dot(tape, out);
  const std::string text = out.str();
  CHECK(text.starts_with("digraph tape {"));
  CHECK(text.ends_with("}\n"));
  CHECK_THAT(text, contains("{ label=\"layer1\"; n0 [label=\"MulBackward #0\\n(2,3)\"]; }"));
  CHECK_THAT(text, contains("{ label=\"\"; n1 [label=\"ReluBackward #1\\n(2,3)\"]; }"));
  CHECK_THAT(text, contains("  n0 -> n1;\n"));
  CHECK_THAT(text, contains("\"layer1.weight\" -> n0;"));
  CHECK(text.find("input") == std::string::npos);  // wants no gradient
}
