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

TEST_CASE("dump_dot: a node has its number, place, shape and what it saves; edges from producers and leaves",
          "[core][tape]") {
  Tape tape;
  Tensor w;
  record_two(w);
  std::ostringstream out;
  dump_dot(tape, out);
  const std::string text = out.str();
  CHECK(text.starts_with("digraph tape {"));
  CHECK(text.ends_with("}\n"));
  CHECK_THAT(text, contains("  n0 [label=\"MulBackward#0\\nlayer1\\n(2,3)\\nsaves a, b\"];\n"));
  CHECK_THAT(text, contains("  n1 [label=\"ReluBackward#1\\n(2,3)\\nsaves y\"];\n"));
  CHECK_THAT(text, contains("  n0 -> n1;\n"));
  CHECK_THAT(text, contains("label=\"layer1.weight\\n(2,3)\"];\n  leaf0 -> n0;\n"));
  CHECK(text.find("input") == std::string::npos);  // wants no gradient
}

namespace {

// #0 in stem, #1 in layer1.0, #2 and #3 in layer1.0.eca, #4 in layer1.0, #5 in head
std::string picture(const std::string& module) {
  Tape tape;
  Tensor y = Tensor::full({2}, 1).set_name("x").set_requires_grad();
  for (const char* scope : {"stem", "layer1.0", "layer1.0.eca", "layer1.0.eca", "layer1.0", "head"}) {
    const Scope here(scope);
    y = relu(y);
  }
  std::ostringstream out;
  dump_dot(tape, out, module);
  return out.str();
}

}  // namespace

TEST_CASE("dump_dot: frames within frames", "[core][tape]") {
  const std::string all = picture("");
  CHECK_THAT(all, contains("  subgraph \"cluster layer1\" {\n"));
  CHECK_THAT(all, contains("    subgraph \"cluster layer1.0\" {\n"));
  CHECK_THAT(all, contains("      subgraph \"cluster layer1.0.eca\" {\n"));
  CHECK_THAT(all, !contains("cluster stem"));  // one node needs no frame, and says itself where it is
  CHECK_THAT(all, contains("ReluBackward#0\\nstem\\n"));
  CHECK_THAT(all, contains("n0 -> n1;") && contains("n4 -> n5;"));
}

TEST_CASE("dump_dot: a long tape stands in columns, with parameters in the boxes", "[core][tape]") {
  Tape tape;
  const Tensor w = Tensor::full({2}, 1).set_name("stage2.0.conv.weight").set_requires_grad();
  Tensor y = Tensor::full({2}, 1).set_name("x").set_requires_grad();
  for (const char* scope : {"stem", "stage1.0", "stage2.0.conv", "head"}) {
    const Scope here(scope);
    for (int i = 0; i < 12; ++i) y = mul(y, w);
  }
  std::ostringstream out;
  dump_dot(tape, out);
  const std::string text = out.str();
  CHECK_THAT(text, contains("n24 [label=\"MulBackward#24\\n(2)\\nweight (2)\\nsaves a, b\"]"));
  CHECK_THAT(text, contains("label=\"stage1.0.y of #23\\n(2)\"];") && !contains("n23 -> n24"));
  CHECK_THAT(text, !contains("n11 -> n12") && contains("n10 -> n11;") && contains("n35 -> n36;"));
  CHECK(text.find("n12 [") < text.find("cluster stage2"));
  CHECK(text.find("cluster stage2") < text.find("n36 ["));
}

TEST_CASE("dump_dot: one module, with what enters it", "[core][tape]") {
  const std::string block = picture("layer1.0");
  CHECK_THAT(block, contains("  subgraph \"cluster layer1.0\" {\n    label=\"layer1.0\""));
  CHECK_THAT(block,
             contains("[shape=ellipse fillcolor=\"#dbe9d8\" label=\"stem.y of #0\\n(2)\"];\n  leaf0 -> n1;"));
  CHECK_THAT(block, !contains("n0") && !contains("n5"));
  CHECK_THAT(picture("layer1.0.eca"), contains("n2 -> n3;") && !contains("n4"));
  CHECK_THROWS_WITH(picture("layer1.1"), "tape: no node lies in \"layer1.1\" (did you mean \"layer1.0\"?)");
}
