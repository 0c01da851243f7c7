// Whole detectors beside torchvision's: tests/golden/make_detectors_golden.py.
#include <cmath>

#include "core/base/random.hpp"
#include "layers/state_dict.hpp"
#include "models/detection/detector.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/golden/golden.hpp"
#include "tests/models/detection/small_scenes.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

constexpr int64_t kHeight = 64, kWidth = 96;
#ifdef ECA_REAL_DOUBLE
constexpr double kTolerance = 1e-9, kMaskTolerance = 1e-5;  // masks are stored as floats
#else
constexpr double kTolerance = 1e-4, kMaskTolerance = 1e-4;
#endif

// filled() of the script.
std::vector<double> filled(const std::string& name, int64_t numbers, int64_t seed) {
  const auto start = static_cast<int64_t>(name_hash(name) % 10007);
  std::vector<double> values;
  for (int64_t i = seed; i < numbers + seed; ++i) {
    values.push_back(static_cast<double>((i * i * 31 + i * 7919 + start * (i + 1)) % 10007) / 10007 - 0.5);
  }
  return values;
}

// weights() of the script.
std::vector<double> weights(const std::string& name, const std::vector<int64_t>& shape, int64_t seed) {
  std::vector<double> values = filled(name, Shape(shape).numel(), seed);
  const auto contains_any = [&](std::initializer_list<const char*> parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const char* part) { return name.find(part) != std::string::npos; });
  };
  const double fan_in = static_cast<double>(Shape(shape).numel()) / static_cast<double>(shape.at(0));
  const bool last = contains_any({"cls_logits.weight", "cls_score.weight", "bbox", "fcn_logits.weight"});
  for (double& u : values) {
    if (name.ends_with("running_var")) {
      u = u + 1;
    } else if (shape.size() == 1) {
      u = 0.4 * u + (name.ends_with(".weight") ? 1 : 0);
    } else {
      u = u * (2 * std::sqrt(6 / fan_in));
    }
    if (name.ends_with("cls_logits.bias") || name.ends_with("cls_score.bias")) u = u - 1.5;
    if (last) u = u * 0.25;
    u = static_cast<double>(static_cast<float>(u));
  }
  return values;
}

void fill(Detector& detector, int64_t seed) {
  detector.initialise(1);
  TensorFile file = save_state(detector);
  for (auto& [name, tensor] : file.tensors) {
    if (tensor.shape.empty()) continue;  // num_batches_tracked
    const std::vector<double> values = weights(name, tensor.shape, seed);
    tensor = FileTensor::of(tensor.shape, std::vector<real>(values.begin(), values.end()));
  }
  load_state(detector, file);
}

Tensor golden_images(int64_t seed) {
  std::vector<real> values;
  for (int n = 0; n < 3; ++n) {
    for (const double u : filled("image" + std::to_string(n), 3 * kHeight * kWidth, seed))
      values.push_back(static_cast<real>(static_cast<float>(2 * u)));
  }
  return permuted(Tensor::from({3, 3, kHeight, kWidth}, values), {0, 2, 3, 1});
}

DetectorConfig golden_config(DetectorKind kind, bool group_norm) {
  DetectorConfig config = torchvision_detector(kind, {.name = "eca_resnet18"}, /*classes=*/3);
  config.backbone.width = 0.125;
  config.pyramid.channels = 16;
  for (AnchorShapes& shapes : config.anchors) {
    for (double& size : shapes.sizes) size = std::floor(size / 2);
  }
  config.retinanet.norm_groups = group_norm ? 4 : 0;
  config.retinanet.candidates = 60;
  config.retinanet.output = {.least_score = 0.3, .most = 20};
  config.rpn.training = {.before_nms = 60, .after_nms = 1000};
  config.rpn.inference = {.before_nms = 40, .after_nms = 30};
  config.rpn.targets.size.count = 4000;
  config.box_head.pool.height = config.box_head.pool.width = 3;
  config.box_head.canonical_scale = 64;
  config.box_head.width = 32;
  config.box_head.targets.size.count = 2000;
  config.box_head.output = {.least_score = 0.3, .most = 12};
  config.mask_head.pool.height = config.mask_head.pool.width = 4;
  config.mask_head.convolutions = 2;
  config.mask_head.channels = 12;
  return config;
}

std::vector<ImageTargets> golden_targets() {
  const auto object = [](CornerBox box, int32_t label) {
    return TargetObject{.box = box, .label = label, .mask = ellipse(box, kHeight, kWidth)};
  };
  return {{object({6, 10, 30, 40}, 0), object({40, 8, 90, 52}, 2), object({50, 30, 66, 44}, 1)},
          {object({20, 16, 44, 36}, 1)},
          {}};
}

// What torchvision found in an image, class numbers without its background.
void check_found(const std::vector<Detection>& found, const GoldenCase& c, const std::string& image,
                 int32_t background) {
  const std::vector<int32_t> labels = c.labels(image + ".labels");
  REQUIRE(found.size() == labels.size());
  std::vector<real> boxes, scores, masks;
  for (size_t i = 0; i < found.size(); ++i) {
    CHECK(found[i].label + background == labels[i]);
    const CornerBox& box = found[i].box;
    for (const double corner : {box.x1, box.y1, box.x2, box.y2}) boxes.push_back(static_cast<real>(corner));
    scores.push_back(static_cast<real>(found[i].score));
    masks.insert(masks.end(), found[i].mask.begin(), found[i].mask.end());
  }
  const auto count = static_cast<int64_t>(found.size());
  check_golden("boxes", Tensor::from({count, 4}, boxes), c.same(image + ".boxes"), kTolerance);
  check_golden("scores", Tensor::from({count}, scores), c.same(image + ".scores"), kTolerance);
  if (!c.has(image + ".masks")) return;
  const Tensor expected = c.same(image + ".masks");
  check_golden("masks", Tensor::from(expected.shape(), masks), expected, kMaskTolerance);
}

// Three sums over the gradient of a parameter.
std::vector<real> gradient_sums(const Parameter& parameter, int64_t seed) {
  const std::vector<real> gradient = in_file_order(parameter, parameter.value.grad()).values();
  const std::vector<double> u = filled("d." + parameter.name, std::ssize(gradient), seed);
  double sum = 0, squares = 0, products = 0;
  for (size_t i = 0; i < gradient.size(); ++i) {
    const auto g = static_cast<double>(gradient[i]);
    sum += g;
    squares += g * g;
    products += g * u[i];
  }
  return {static_cast<real>(sum), static_cast<real>(std::sqrt(squares)), static_cast<real>(products)};
}

void check_gradients(Detector& detector, const GoldenCase& c, int64_t seed) {
  for (const Parameter* parameter : detector.parameters()) {
    check_golden(parameter->name, Tensor::from({3}, gradient_sums(*parameter, seed)),
                 c.same("sums." + parameter->name), 1e-8);
  }
}

void check_detector(const GoldenCase& c, DetectorKind kind, bool group_norm) {
  const auto seed = c.option<int64_t>("seed");
  const auto detector = make_detector(golden_config(kind, group_norm));
  fill(*detector, seed);
  const Tensor images = golden_images(seed);

  detector->eval();
  const auto found = detector->detect(images);
  REQUIRE(found.size() == 3);
  for (size_t n = 0; n < found.size(); ++n) {
    CAPTURE(n);
    check_found(found[n], c, "found" + std::to_string(n), kind == DetectorKind::retinanet ? 0 : 1);
  }

  detector->train();
  Tape tape;
  const DetectorLosses losses = detector->losses(images, golden_targets(), {});
  CHECK(losses.parts.size() == c.option<std::vector<std::string>>("losses").size());
  for (const NamedLoss& part : losses.parts) {
    const Tensor expected = c.same("loss." + part.name);
    check_golden(part.name, Tensor::from({1}, {part.value.item()}), expected, kTolerance);
  }
  tape.backward(losses.sum);
  // In float a ReLU near 0 is open or shut as sums happen to be rounded, and gradients differ by percents.
  if (sizeof(real) == sizeof(double)) check_gradients(*detector, c, seed);
  ++counters.goldens;
}

}  // namespace

TEST_CASE("detectors: losses, gradients and what is found are torchvision's",
          "[golden][detection][detectors]") {
  const SettingsRestored restored;
  const Golden golden("detectors");
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const bool group_norm = c.name().ends_with("_group_norm");
      check_detector(c, group_norm ? DetectorKind::retinanet : parse_detector_kind(c.name()), group_norm);
    }
  }
}
