#include "core/base/error.hpp"
#include "experiments/explain/cam.hpp"
#include "experiments/explain/grad_cam.hpp"
#include "experiments/explain/grad_cam_plus_plus.hpp"
#include "experiments/explain/layer_view.hpp"
#include "experiments/explain/tape_reader.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/experiments/explain/small_net.hpp"
#include "tests/golden/golden.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

#ifdef ECA_REAL_DOUBLE
constexpr double kExact = 1e-12;
#else
constexpr double kExact = 1e-5;
#endif

std::unique_ptr<Module> network_of(const std::string& name, int64_t classes = 10) {
  ModelConfig config;
  config.name = name;
  config.classes = classes;
  auto network = make_model(config);
  network->initialise(3);
  network->eval();
  return network;
}

Tensor tensor_of(const Map& map) {
  std::vector<real> values;
  for (const double value : map.values) values.push_back(static_cast<real>(value));
  return Tensor::from({map.height, map.width}, values);
}

Tensor one_of(const Tensor& maps, int64_t n) {
  const int64_t HW = maps.dim(1) * maps.dim(2);
  const std::vector<real> values = maps.values();
  return Tensor::from({maps.dim(1), maps.dim(2)}, {values.begin() + n * HW, values.begin() + (n + 1) * HW});
}

Map scaled(Map map, double factor) {
  for (double& value : map.values) value *= factor;
  return map;
}

}  // namespace

TEST_CASE("CAM, Grad-CAM and Grad-CAM++ agree with PyTorch to 1e-5", "[golden][explain]") {
  const SettingsRestored restored;
  const Golden weights("eca_resnet20"), golden("class_maps");
  const auto network = network_of("eca_resnet20");
  load_golden(*network, weights.file(), "");
  const Tensor all = permuted(golden_tensor(weights.file(), "input"), {0, 2, 3, 1});
  const std::vector<real> pixels = all.values();
  REQUIRE(golden.cases().size() == 6);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      const auto N = c.option<int64_t>("images");
      Tensor x = Tensor::empty({N, all.dim(1), all.dim(2), all.dim(3)});
      x.assign(std::span(pixels).first(static_cast<size_t>(x.numel())));
      const LayerView view =
          look_at_layer(*network, x, c.option<std::string>("layer"), c.option<int64_t>("class"));
      for (const CamMethod method : {CamMethod::cam, CamMethod::grad_cam, CamMethod::grad_cam_plus_plus}) {
        if (!c.has(to_string(method))) continue;
        CAPTURE(c.name(), to_string(method), to_string(mode));
        for (int64_t n = 0; n < N; ++n) {
          const Map map = class_map(view, n, method);
          CHECK(difference(tensor_of(map), one_of(c.same(to_string(method)), n), 1e-5) == "");
          if (method != CamMethod::grad_cam) continue;
          const Tensor large = tensor_of(upsampled(map, all.dim(1), all.dim(2)));
          CHECK(difference(large, one_of(c.same("gradcam.upsampled"), n), 1e-5) == "");
        }
        ++counters.goldens;
      }
    }
  }
}

TEST_CASE("Grad-CAM of the last block is CAM, but for scale and what is below 0", "[grad][explain]") {
  for (const std::string name : {"eca_resnet20", "resnet20", "se_resnet18_cifar", "eca_mobilenet_v2_cifar"}) {
    const auto network = network_of(name);
    double largest = 0;
    for (int64_t k = 0; k < 4; ++k) {
      const LayerView view = look_at_layer(*network, random_tensor({1, 32, 32, 3}, 5), "", k);
      CAPTURE(name, view.layer, k);
      Map map = cam(view.A, 0, view.head, k);
      for (double& value : map.values) value = std::max(value, 0.0);
      largest = std::max(largest, largest_above_zero(map));
      const double HW = static_cast<double>(view.A.dim(1) * view.A.dim(2));
      const Map scaled_up = scaled(class_map(view, 0, CamMethod::grad_cam), HW);
      CHECK(difference(tensor_of(scaled_up), tensor_of(map), kExact, kExact / 1000) == "");
    }
    CHECK(largest > 0);
  }
}

TEST_CASE("The mean of CAM and the bias make the score", "[grad][explain]") {
  SmallNet network("eca");
  const LayerView view = look_at_layer(network, random_tensor({3, 5, 4, 3}, 1), "", 2);
  const real bias = network.fc.parameters().back()->value.values()[2];
  for (int64_t n = 0; n < 3; ++n) {
    const Map map = class_map(view, n, CamMethod::cam);
    double mean = 0;
    for (const double value : map.values) mean += value / 20;
    CHECK(mean + static_cast<double>(bias) ==
          Approx(static_cast<double>(view.logits.at({n, 2}))).epsilon(kExact));
  }
}

TEST_CASE("The three methods on numbers worked out by hand", "[explain]") {
  const Tensor A = Tensor::from({1, 1, 2, 2}, {1, 2, 3, 0});
  const Tensor w = Tensor::from({2, 2}, {1, 10, -1, 5});
  CHECK(cam(A, 0, w, 0).values == std::vector<double>{-1, 3});
  CHECK(cam(A, 0, w, 1).values == std::vector<double>{20, 30});
  const Tensor dA = Tensor::from({1, 1, 2, 2}, {1, -2, 3, 1});
  CHECK(grad_cam(A, dA, 0).values == std::vector<double>{2 - 1, 6});  // alpha = (2, -1/2)
  // alpha[0] = 1/(2+4) * 1 + 9/(18 + 27*4) * 3,  alpha[1] = 0 + 1/(2+2) * 1
  const double a0 = 1.0 / 6 + 9.0 / 126 * 3, a1 = 0.25;
  const Map map = grad_cam_plus_plus(A, dA, 0);
  CHECK(map.values[0] == Approx(a0 + 2 * a1));
  CHECK(map.values[1] == Approx(3 * a0));
  // sum_hw A = -2 makes the denominator 0 for g = 1: no weight, and no NaN
  const Tensor B = Tensor::from({1, 1, 1, 1}, {-2});
  CHECK(grad_cam_plus_plus(B, Tensor::full({1, 1, 1, 1}, 1), 0).values == std::vector<double>{0});
  CHECK_THROWS_AS(grad_cam(A, B, 0), ShapeError);
  CHECK_THROWS_AS(grad_cam_plus_plus(A, B, 0), ShapeError);
  CHECK_THROWS_AS(cam(A, 0, Tensor::zeros({3, 2}), 0), ShapeError);
}

TEST_CASE("Every layer has a map, in every network, and the fused blocks' too", "[explain]") {
  const SettingsRestored restored;
  set_ops_mode(OpsMode::fused);
  const auto network = network_of("eca_resnet20");
  const Tensor x = random_tensor({1, 8, 8, 3}, 2);
  for (const char* layer : {"conv1", "layer1", "layer1.0", "layer2.1.conv2", "layer3.2.eca"}) {
    const LayerView view = look_at_layer(*network, x, layer);
    CAPTURE(layer);
    CHECK(view.layer == layer);
    CHECK(view.dA.defined());
    CHECK(view.A.shape() == view.dA.shape());
    CHECK(!view.head.defined());
    CHECK_THAT(error_text<Error>([&] { class_map(view, 0, CamMethod::cam); }),
               contains("global average pooling and one linear layer alone"));
  }
  CHECK(look_at_layer(*network, x, "").layer == "layer3.2");
  CHECK(chosen_ops_mode() == OpsMode::fused);
}

TEST_CASE("A layer that is not there is named, with those that are", "[explain]") {
  const auto network = network_of("eca_resnet20");
  const Tensor x = random_tensor({1, 8, 8, 3}, 2);
  const std::string text = error_text<Error>([&] { look_at_layer(*network, x, "layer3.3"); });
  CHECK_THAT(text, contains("no layer \"layer3.3\" with a map (did you mean \"layer3."));
  CHECK_THAT(text, contains("conv1, bn1, "));
  CHECK_THAT(text, contains("layer3.2.eca, layer3.2, layer3"));
  CHECK_THAT(error_text<Error>([&] { look_at_layer(*network, x, "fc"); }),
             contains("no layer \"fc\" with a map"));
}

TEST_CASE("The class that is explained is the predicted one, or the one asked for", "[explain]") {
  SmallNet network;
  const LayerView predicted = look_at_layer(network, random_tensor({2, 4, 4, 3}, 3), "");
  for (int64_t n = 0; n < 2; ++n) {
    for (int64_t k = 0; k < 3; ++k)
      CHECK(predicted.logits.at({n, predicted.classes[static_cast<size_t>(n)]}) >=
            predicted.logits.at({n, k}));
  }
  CHECK(look_at_layer(network, random_tensor({2, 4, 4, 3}, 3), "", 1).classes == std::vector<int64_t>{1, 1});
  CHECK_THAT(error_text<Error>([] { parse_cam_method("gradcma"); }), contains("(did you mean \"gradcam\"?)"));
  CHECK(parse_cam_method("gradcam++") == CamMethod::grad_cam_plus_plus);
}
