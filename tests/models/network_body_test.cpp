#include "models/network_body.hpp"

#include "core/base/error.hpp"
#include "layers/ops_mode.hpp"
#include "models/registry.hpp"
#include "models/resnet.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("bodies: maps of every base network have the sizes that it says", "[models][body]") {
  for (const ModelFamily& family : model_families()) {
    if (family.depth > 50) continue;
    CAPTURE(family.base);
    const auto body = make_body({.name = family.base});
    body->eval();
    const Tensor x = random_tensor({1, 40, 36, 3}, 1);
    const std::vector<Tensor> maps = body->maps(x);
    const std::vector<BodyMap> sizes = body->map_sizes();
    REQUIRE(maps.size() == sizes.size());
    for (size_t i = 0; i < maps.size(); ++i) {
      const auto& [channels, stride] = sizes[i];
      CHECK(maps[i].shape() == Shape{1, (40 + stride - 1) / stride, (36 + stride - 1) / stride, channels});
      if (i > 0) CHECK(stride == 2 * sizes[i - 1].stride);
    }
  }
}

TEST_CASE("bodies: a network's own parameters without the classifier's", "[models][body]") {
  for (const char* name : {"eca_resnet18", "eca_resnet20", "eca_resnet50", "eca_mobilenet_v2"}) {
    CAPTURE(name);
    const auto network = make_model({.name = name});
    const auto body = make_body({.name = name});
    network->initialise(1);
    body->initialise(1);
    const auto of_network = network->parameters(), of_body = body->parameters();
    REQUIRE(of_body.size() < of_network.size());
    for (size_t i = 0; i < of_body.size(); ++i) {
      CHECK(of_body[i]->name == of_network[i]->name);
      CHECK(same_bits(of_body[i]->value, of_network[i]->value));
    }
  }
}

TEST_CASE("bodies: what a ResNet classifies from is its last map", "[models][body]") {
  const SettingsRestored restored;
  const auto network = make_model({.name = "eca_resnet20"});
  network->initialise(1);
  network->eval();
  auto& body = dynamic_cast<ResNetBody&>(*network);
  const Tensor x = random_tensor({2, 16, 16, 3}, 1);
  for (const OpsMode mode : {OpsMode::plain, OpsMode::fused}) {
    set_ops_mode(mode);
    const Tensor pooled = global_average_pool(body.maps(x).back());
    CHECK(same_bits((*network->find("fc"))(pooled), (*network)(x)));
  }
}

TEST_CASE("bodies: width", "[models][body]") {
  const std::vector<BodyMap> half = make_body({.name = "eca_resnet50"}, 0.5)->map_sizes();
  CHECK(half.front().channels == 128);
  CHECK(half.back().channels == 1024);
  const auto error = [](const char* name, double width) {
    return error_text<Error>([&] { make_body({.name = name}, width); });
  };
  CHECK_THAT(error("mobilenet_v2", 0.5), contains("with a width of 0.500000, expected 1: ResNets alone"));
  CHECK_THAT(error("resnet18", 0.001), contains("width 0.001000 of 64 channels, expected at least one"));
}
