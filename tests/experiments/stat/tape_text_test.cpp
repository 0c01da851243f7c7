#include "experiments/stat/tape_text.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"

namespace eca::test {

TEST_CASE("the tape of a block: a line a node", "[stat]") {
  const Subject block = {.text = "eca", .block = true, .channels = 16, .height = 4, .width = 4};
  const std::vector<std::string> lines = split(tape_text(block), '\n');
  REQUIRE(lines.size() == 1 + 4 + 1);  // head, nodes, and the end of the last line
  CHECK_THAT(lines[1], contains("0 ") && contains("GlobalAveragePoolBackward") && contains("(2,16)"));
  CHECK_THAT(lines[2], contains("ChannelConv1dBackward") && contains("eca.conv"));
  CHECK_THAT(lines[4], contains("ScaleChannelsBackward") && contains("(2,4,4,16)"));
}

TEST_CASE("the tape of a network is that of the ops in force", "[stat]") {
  const SettingsRestored restored;
  const Subject network = {.text = "eca_resnet20"};
  set_ops_mode(OpsMode::plain);
  const std::string plain = tape_text(network);
  CHECK_THAT(plain, contains("ScaleChannelsBackward") && contains("layer3.2.eca"));
  set_ops_mode(OpsMode::fused);
  CHECK_THAT(tape_text(network), !contains("ScaleChannelsBackward"));
}

TEST_CASE("the tape as a graph, whole or of one module", "[stat]") {
  const Subject block = {.text = "eca", .block = true, .channels = 16, .height = 4, .width = 4};
  const std::string graph = tape_graph(block);
  CHECK(graph.starts_with("digraph tape {"));
  CHECK_THAT(graph, contains("label=\"eca\"") && contains("eca.conv\\n") && contains("n0 -> n1;"));
  CHECK_THAT(graph, contains("label=\"eca.conv.weight\\n") && contains("label=\"input\\n"));
  CHECK_THAT(tape_graph(block, "eca.conv"), contains("n1 [") && !contains("n2 ["));
  CHECK_THAT(error_text<Error>([&] { tape_graph(block, "eca.cov"); }),
             contains("no node lies in \"eca.cov\" (did you mean \"eca.conv\"?)"));
  CHECK_THAT(error_text<Error>([] { tape_graph({.text = "eca", .block = true}); }),
             contains("needs --input"));
}

}  // namespace eca::test
