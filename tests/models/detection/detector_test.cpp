#include "models/detection/detector.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/optim/sgd.hpp"
#include "layers/activations.hpp"
#include "layers/state_dict.hpp"
#include "models/detection/feature_pyramid.hpp"
#include "models/detection/found_objects.hpp"
#include "models/detection/loss_targets.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/models/detection/small_scenes.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

constexpr DetectorKind kEvery[] = {DetectorKind::retinanet, DetectorKind::faster_rcnn,
                                   DetectorKind::mask_rcnn};

// Two images of 64x64, with two objects and one.
Tensor some_images() { return random_tensor({2, 64, 64, 3}, 1); }
std::vector<ImageTargets> some_targets() {
  const auto object = [](CornerBox box, int32_t label) {
    return TargetObject{.box = box, .label = label, .mask = ellipse(box, 64, 64)};
  };
  return {{object({4, 4, 34, 30}, 0), object({30, 20, 60, 60}, 1)}, {object({10, 12, 50, 40}, 2)}};
}

DetectorConfig tiny(DetectorKind kind) {
  DetectorConfig config = small_detector(kind, {.name = "eca_resnet18"}, /*classes=*/3);
  config.backbone.width = 0.125;
  config.pyramid.channels = 8;
  config.retinanet.norm_groups = 4;
  return config;
}

std::string losses_error(DetectorKind kind, const Tensor& images, const std::vector<ImageTargets>& targets) {
  const auto detector = make_detector(tiny(kind));
  return error_text<Error>([&] { detector->losses(images, targets, {}); });
}

}  // namespace

TEST_CASE("detectors: parameters are called as torchvision's", "[models][detectors]") {
  const auto names = [](DetectorKind kind, const char* backbone) {
    const auto detector = make_detector(torchvision_detector(kind, {.name = backbone}, 90));
    detector->name_parameters();
    std::map<std::string, Shape> all;
    for (const Parameter* p : detector->parameters()) all.emplace(p->name, p->value.shape());
    return all;
  };
  const auto retinanet = names(DetectorKind::retinanet, "eca_resnet18");
  for (const char* name :
       {"backbone.body.conv1.weight", "backbone.body.layer4.1.eca.conv.weight",
        "backbone.body.layer4.1.bn2.bias", "backbone.fpn.inner_blocks.2.0.weight",
        "backbone.fpn.layer_blocks.0.0.bias", "backbone.fpn.extra_blocks.p7.weight",
        "head.classification_head.conv.3.0.weight", "head.classification_head.cls_logits.bias",
        "head.regression_head.bbox_reg.weight"}) {
    CHECK(retinanet.contains(name));
  }
  const auto mask_rcnn = names(DetectorKind::mask_rcnn, "eca_mobilenet_v2");
  for (const char* name :
       {"backbone.body.features.17.conv.2.weight", "rpn.head.conv.0.0.weight", "rpn.head.cls_logits.bias",
        "rpn.head.bbox_pred.weight", "roi_heads.box_head.fc6.weight", "roi_heads.box_head.fc7.bias",
        "roi_heads.box_predictor.cls_score.weight", "roi_heads.box_predictor.bbox_pred.bias",
        "roi_heads.mask_head.3.0.weight", "roi_heads.mask_predictor.conv5_mask.weight",
        "roi_heads.mask_predictor.mask_fcn_logits.weight"}) {
    CHECK(mask_rcnn.contains(name));
  }
}

// torchvision's counts are of 91 classes, one of them background, and of a frozen batch norm, which has no parameters: 53,120.
TEST_CASE("detectors: parameters of those on ResNet-50 are torchvision's", "[models][detectors]") {
  const auto count = [](DetectorKind kind, int64_t classes) {
    return make_detector(torchvision_detector(kind, {.name = "resnet50"}, classes))->parameter_count();
  };
  CHECK(count(DetectorKind::retinanet, 91) == 34014999 + 53120);
  CHECK(count(DetectorKind::faster_rcnn, 90) == 41755286 + 53120);
  CHECK(count(DetectorKind::mask_rcnn, 90) == 44401393 + 53120);
}

TEST_CASE("detectors: a step samples the same again, another step others", "[models][detectors]") {
  const auto detector = make_detector(tiny(DetectorKind::mask_rcnn));
  detector->initialise(1);
  detector->eval();  // losses are then of the weights and the samples alone
  const auto sum = [&](uint64_t seed, uint64_t step) {
    return detector->losses(some_images(), some_targets(), {.seed = seed, .step = step}).sum.item();
  };
  CHECK(sum(1, 7) == sum(1, 7));
  CHECK(sum(1, 7) != sum(1, 8));
  CHECK(sum(1, 7) != sum(2, 7));
}

TEST_CASE("detectors: whatever is drawn has random numbers of its own", "[models][detectors]") {
  std::set<uint64_t> first;
  for (const SampleAddress& address : {SampleAddress{1, 7}, SampleAddress{1, 8}, SampleAddress{2, 7}}) {
    for (const size_t image : {0, 1, 2}) {
      for (const Drawing what : {Drawing::anchors, Drawing::regions, Drawing::mask_regions})
        first.insert(drawing(address, image, what).below(uint64_t{1} << 40));
    }
  }
  CHECK(first.size() == 3 * 3 * 3);
}

TEST_CASE("detectors: images without objects", "[models][detectors]") {
  for (const DetectorKind kind : kEvery) {
    CAPTURE(to_string(kind));
    const auto detector = make_detector(tiny(kind));
    detector->initialise(1);
    Tape tape;
    const DetectorLosses losses = detector->losses(some_images(), {{}, {}}, {});
    for (const NamedLoss& part : losses.parts) {
      CAPTURE(part.name);
      const bool of_objects =
          part.name.ends_with("reg") || part.name == "bbox_regression" || part.name == "loss_mask";
      CHECK((part.value.item() == 0) == of_objects);
    }
    tape.backward(losses.sum);
  }
}

TEST_CASE("detectors: learn what is in two images", "[models][detectors]") {
  for (const DetectorKind kind : kEvery) {
    CAPTURE(to_string(kind));
    const auto detector = make_detector(tiny(kind));
    detector->initialise(1);
    Sgd optimizer(detector->parameters(), {.momentum = 0.9});
    double first = 0, last = 0;
    for (uint64_t step = 0; step < 40; ++step) {
      optimizer.clear_grads();
      Tape tape;
      const DetectorLosses losses =
          detector->losses(some_images(), some_targets(), {.seed = 1, .step = step});
      double sum = 0;
      for (const NamedLoss& part : losses.parts) sum += static_cast<double>(part.value.item());
      last = static_cast<double>(losses.sum.item());
      CHECK(last == Approx(sum));
      if (step == 0) first = last;
      tape.backward(losses.sum);
      optimizer.step(0.05);
    }
    CAPTURE(first, last);
    CHECK(last < 0.85 * first);
  }
}

TEST_CASE("detectors: what is found lies in the image, the best first", "[models][detectors]") {
  for (const DetectorKind kind : kEvery) {
    CAPTURE(to_string(kind));
    DetectorConfig config = tiny(kind);
    config.retinanet.output.least_score = config.box_head.output.least_score = 0;
    config.retinanet.output.most = config.box_head.output.most = 7;
    const auto detector = make_detector(config);
    detector->initialise(1);
    detector->eval();
    const auto found = detector->detect(random_tensor({2, 40, 56, 3}, 1));
    REQUIRE(found.size() == 2);
    for (const std::vector<Detection>& of_image : found) {
      REQUIRE(of_image.size() == 7);
      for (size_t i = 0; i < of_image.size(); ++i) {
        const Detection& d = of_image[i];
        CHECK((d.box.x1 >= 0 && d.box.y1 >= 0 && d.box.x2 <= 56 && d.box.y2 <= 40));
        CHECK((d.label >= 0 && d.label < 3));
        CHECK(d.mask.size() == (kind == DetectorKind::mask_rcnn ? 28 * 28 : 0));
        if (i > 0) CHECK(d.score <= of_image[i - 1].score);
      }
    }
  }
}

TEST_CASE("detectors: losses, gradients and what is found have equal bits at 1, 2 and 5 threads",
          "[threads][detectors]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);
  for (const DetectorKind kind : kEvery) {
    std::vector<Tensor> expected;
    for (const int n : {1, 2, 5}) {
      set_threads(n);
      CAPTURE(to_string(kind), n);
      DetectorConfig config = tiny(kind);
      config.retinanet.output.least_score = config.box_head.output.least_score = 0;
      const auto detector = make_detector(config);
      detector->initialise(1);
      Tape tape;
      const DetectorLosses losses = detector->losses(some_images(), some_targets(), {.seed = 3, .step = 5});
      std::vector<Tensor> all = {copy_of(losses.sum)};
      for (const NamedLoss& part : losses.parts) all.push_back(copy_of(part.value));
      tape.backward(losses.sum);
      for (const Parameter* p : detector->parameters()) all.push_back(copy_of(p->value.grad()));
      detector->eval();
      for (const auto& of_image : detector->detect(some_images())) {
        for (const Detection& d : of_image) {
          all.push_back(Tensor::from(
              {5}, {static_cast<real>(d.box.x1), static_cast<real>(d.box.y1), static_cast<real>(d.box.x2),
                    static_cast<real>(d.box.y2), static_cast<real>(d.score)}));
        }
      }
      if (n == 1) expected = all;
      REQUIRE(all.size() == expected.size());
      CHECK(std::equal(all.begin(), all.end(), expected.begin(), same_bits));
    }
  }
}

TEST_CASE("detectors: frozen batch norm does not move", "[models][detectors]") {
  DetectorConfig config = tiny(DetectorKind::retinanet);
  config.backbone.frozen_batch_norm = true;
  const auto detector = make_detector(config);
  detector->initialise(1);
  std::vector<Tensor> before;
  for (const Parameter* b : detector->buffers()) before.push_back(copy_of(b->value));
  Tape tape;
  tape.backward(detector->losses(some_images(), some_targets(), {}).sum);
  for (size_t i = 0; i < before.size(); ++i) CHECK(same_bits(detector->buffers()[i]->value, before[i]));
  for (const Parameter* p : detector->parameters()) {
    CAPTURE(p->name);
    const bool of_norm =
        p->name.find(".bn") != std::string::npos || p->name.find("downsample.1") != std::string::npos;
    CHECK(p->value.grad().defined() == !of_norm);
  }
}

TEST_CASE("detectors: begin from a classifier's weights", "[models][detectors]") {
  for (const char* name : {"eca_resnet20", "eca_mobilenet_v2"}) {
    CAPTURE(name);
    const auto classifier = make_model({.name = name, .classes = 7});
    classifier->initialise(5);
    const TensorFile weights = save_state(*classifier);
    const auto detector = make_detector(small_detector(DetectorKind::faster_rcnn, {.name = name}, 3));
    detector->initialise(1);
    load_backbone(*detector, weights);
    const TensorFile after = save_state(*detector);
    size_t same = 0;
    for (const auto& [path, tensor] : weights.tensors) {
      const auto found = after.tensors.find("backbone.body." + path);
      if (found == after.tensors.end()) continue;
      CHECK(found->second.reals() == tensor.reals());
      ++same;
    }
    CHECK(same > 100);

    const auto plain = make_detector(small_detector(DetectorKind::faster_rcnn, {.name = "resnet20"}, 3));
    CHECK_THAT(error_text<FileError>([&] { load_backbone(*plain, weights); }), contains("backbone.body."));
  }
}

TEST_CASE("detectors: heads start from torchvision's deviation, small ones so that maps keep their size",
          "[models][detectors]") {
  const auto deviation = [](const DetectorConfig& config, const std::string& parameter) {
    const auto detector = make_detector(config);
    detector->initialise(1);
    for (const Parameter* p : detector->parameters()) {
      if (p->name != parameter) continue;
      double squares = 0;
      for (const real value : p->value.values())
        squares += static_cast<double>(value) * static_cast<double>(value);
      return std::sqrt(squares / static_cast<double>(p->value.numel()));
    }
    return -1.;
  };
  const ModelConfig network = {.name = "resnet20"};
  for (const auto& [kind, head, last] :
       {std::tuple(DetectorKind::retinanet, "head.regression_head", ".bbox_reg"),
        std::tuple(DetectorKind::faster_rcnn, "rpn.head", ".bbox_pred")}) {
    const std::string name = head;
    CAPTURE(name);
    const DetectorConfig small = small_detector(kind, network, 3);
    CHECK(deviation(small, name + ".conv.0.0.weight") == Approx(std::sqrt(2 / (9 * 64.))).epsilon(0.02));
    CHECK(deviation(small, name + last + ".weight") == Approx(0.01).epsilon(0.05));
    DetectorConfig large = small;
    large.rpn.start = large.retinanet.start = torchvision_detector(kind, {.name = "resnet18"}, 3).rpn.start;
    CHECK(deviation(large, name + ".conv.0.0.weight") == Approx(0.01).epsilon(0.02));
  }
}

TEST_CASE("detectors: RetinaNet begins with a score of 0.01 for everything", "[models][detectors]") {
  const auto detector = make_detector(tiny(DetectorKind::retinanet));
  detector->initialise(1);
  int found = 0;
  for (const Parameter* p : detector->parameters()) {
    if (p->name != "head.classification_head.cls_logits.bias") continue;
    ++found;
    for (const real value : p->value.values())
      CHECK(1 / (1 + std::exp(-static_cast<double>(value))) == Approx(0.01));
  }
  CHECK(found == 1);
}

TEST_CASE("detectors: RetinaNet makes boxes of so many candidates of a map", "[models][detectors]") {
  DetectorConfig config = tiny(DetectorKind::retinanet);
  config.retinanet.output.least_score = 0;
  config.retinanet.candidates = 1;
  const auto detector = make_detector(config);
  detector->initialise(1);
  detector->eval();
  const size_t maps = 3;  // of strides 8, 16 and 32
  const auto found = detector->detect(some_images());
  for (const std::vector<Detection>& of_image : found) CHECK((!of_image.empty() && of_image.size() <= maps));
}

TEST_CASE("feature pyramid: a second extra map is made of what a ReLU leaves of the first",
          "[models][detectors]") {
  FeaturePyramid pyramid(
      {{.channels = 3, .stride = 32}},
      {.channels = 2, .least_stride = 32, .extra = PyramidConfig::Extra::convolution, .extra_maps = 2});
  pyramid.initialise(1);
  const std::vector<Tensor> p = pyramid.maps({random_tensor({1, 16, 16, 3}, 1)});
  REQUIRE(p.size() == 3);
  Module& last = *pyramid.find("extra_blocks.p7");
  CHECK(p[2].values() == last(relu(p[1])).values());
  CHECK(p[2].values() != last(p[1]).values());
}

TEST_CASE("detectors: of equal scores the first come first", "[models][detectors]") {
  CHECK(highest(std::vector<double>{1, 2, 2, 0, 2}, 2) == std::vector<size_t>{1, 2});
  CHECK(highest(std::vector<double>{1, 2, 2, 0, 2}, 9) == std::vector<size_t>{1, 2, 4, 0, 3});
}

TEST_CASE("detectors: every backbone", "[models][detectors]") {
  for (const char* name :
       {"eca_resnet20", "se_resnet18_cifar", "eca_mobilenet_v2", "eca_mobilenet_v2_cifar"}) {
    for (const DetectorKind kind : kEvery) {
      CAPTURE(name, to_string(kind));
      DetectorConfig config = small_detector(kind, {.name = name}, 3);
      config.pyramid.channels = 8;
      config.retinanet.norm_groups = 4;
      const auto detector = make_detector(config);
      detector->initialise(1);
      detector->eval();
      CHECK(detector->detect(random_tensor({1, 64, 64, 3}, 1)).size() == 1);
      CHECK(config.anchors.back().sizes.front() == (kind == DetectorKind::retinanet ? 96 : 128));
    }
  }
}

TEST_CASE("detectors: errors", "[models][detectors]") {
  const Tensor images = some_images();
  const auto error = [&](const std::vector<ImageTargets>& targets) {
    return losses_error(DetectorKind::retinanet, images, targets);
  };
  CHECK_THAT(error({{}}), contains("targets of 1 images for 2"));
  CHECK_THAT(error({{}, {{.box = {1, 1, 5, 5}}, {.box = {1, 2, 1, 9}}}}),
             contains("image 1, object 1: a box 0.000000 wide and 7.000000 high, expected both above 0"));
  CHECK_THAT(error({{{.box = {1, 1, 5, 5}, .label = 3}}, {}}),
             contains("image 0, object 0: label 3, expected 0 to 2"));
  CHECK_THAT(losses_error(DetectorKind::mask_rcnn, images, {{}, {{.box = {1, 1, 5, 5}, .mask = {1, 0}}}}),
             contains("image 1, object 0: a mask of 2 pixels, expected those of the image, 4096"));
  CHECK_THAT(losses_error(DetectorKind::retinanet, random_tensor({2, 32, 32, 1}, 1), {{}, {}}),
             contains("expected images with three channels"));
  CHECK_THAT(losses_error(DetectorKind::retinanet, random_tensor({2, 32, 3}, 1), {{}, {}}),
             contains("N,H,W,C"));

  const auto config_error = [](const DetectorConfig& config) {
    return error_text<Error>([&] { make_detector(config); });
  };
  DetectorConfig config = tiny(DetectorKind::retinanet);
  config.classes = 0;
  CHECK_THAT(config_error(config), contains("0 classes, expected at least 1"));
  config = tiny(DetectorKind::retinanet);
  config.anchors.pop_back();
  CHECK_THAT(config_error(config), contains("anchors of 2 maps, expected those of 3"));
  config = tiny(DetectorKind::retinanet);
  config.anchors[1].ratios = {1};
  CHECK_THAT(config_error(config), contains("3 anchors at a place of map 1, expected 9 as in map 0"));
  config.backbone.model.name = "resnet20";
  config.backbone.width = 1;
  CHECK_THAT(config_error(config),
             contains("the maps of resnet20 have strides up to 4, expected one of at least 8"));
  CHECK_THAT(error_text<Error>([] { parse_detector_kind("yolo"); }),
             contains("\"yolo\", expected retinanet, faster_rcnn or mask_rcnn"));
}

#ifdef ECA_REAL_DOUBLE
// Of all that stands on the body, which has so many ReLUs that one of them is always near 0; torchvision's gradients check it.
TEST_CASE("detectors: gradient of the whole loss", "[grad][detectors]") {
  DetectorConfig config = tiny(DetectorKind::retinanet);
  config.backbone.model.name = "eca_resnet20";
  config.pyramid = {
      .channels = 2, .least_stride = 4, .extra = PyramidConfig::Extra::convolution, .extra_maps = 1};
  config.anchors = {{.sizes = {12}}, {.sizes = {24}}};
  config.retinanet.convolutions = config.retinanet.norm_groups = 1;
  const auto detector = make_detector(config);
  detector->initialise(1);
  randomise(*detector);
  const Tensor images = random_tensor({2, 32, 32, 3}, 2);
  const std::vector<ImageTargets> targets = {{{.box = {4, 4, 16, 18}, .label = 0}},
                                             {{.box = {10, 3, 30, 25}, .label = 2}}};
  std::vector<Parameter*> chosen;
  for (Parameter* p : detector->parameters()) {
    if (!p->name.starts_with("backbone.body")) chosen.push_back(p);
  }
  gradcheck("retinanet", with_parameters({}, chosen),
            [&] { return detector->losses(images, targets, {}).sum; });
}

// Of the second stage alone: proposals move with what is before it, and no gradient goes through them.
TEST_CASE("detectors: gradient of the whole loss by the second stage", "[grad][detectors]") {
  DetectorConfig config = tiny(DetectorKind::mask_rcnn);
  config.pyramid.channels = 2;
  config.box_head.pool.height = config.box_head.pool.width = 2;
  config.box_head.width = 5;
  config.mask_head.pool.height = config.mask_head.pool.width = 2;
  config.mask_head.convolutions = 1;
  config.mask_head.channels = 3;
  const auto detector = make_detector(config);
  detector->initialise(1);
  randomise(*detector);
  std::vector<Parameter*> chosen;
  for (Parameter* p : detector->parameters()) {
    if (p->name.starts_with("roi_heads")) chosen.push_back(p);
  }
  const Tensor images = some_images();
  const std::vector<ImageTargets> targets = some_targets();
  gradcheck("mask_rcnn", with_parameters({}, chosen),
            [&] { return detector->losses(images, targets, {}).sum; });
}
#endif
