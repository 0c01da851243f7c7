#include "experiments/detection/detector_file.hpp"

#include "core/base/error.hpp"
#include "experiments/training/model_file.hpp"
#include "layers/state_dict.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

namespace {

// Weights of a classifier as `eca train` writes them.
void write_classifier(const std::string& path, const std::string& name, uint64_t seed) {
  const ModelConfig model = {.name = name, .classes = 2};
  const auto network = make_model(model);
  network->initialise(seed);
  TensorFile file = save_state(*network);
  file.metadata =
      to_metadata(ModelCard{.model = model, .normalisation = {{0, 0, 0}, {1, 1, 1}}, .classes = {"a", "b"}});
  write_safetensors(path, file);
}

std::unique_ptr<Detector> initialised_detector(const std::string& model, const std::string& width) {
  DetectConfig config;
  config.model = model;
  config.backbone_width = width;
  auto detector = make_detector(detector_config(config, /*classes=*/3));
  detector->initialise(1);
  return detector;
}

}  // namespace

TEST_CASE("detector file: the card as metadata and back, and what is not right", "[detect-train]") {
  const DetectorCard card = {.model = "small_retinanet:resnet20",
                             .attention = "eca:k=5",
                             .shortcut = "B",
                             .backbone_width = "0.5",
                             .frozen_batch_norm = true,
                             .canvas = {.height = 96, .width = 128},
                             .normalisation = {{0.1, 0.2, 0.3}, {1, 2, 3}},
                             .classes = {"cat", "dog"}};
  TensorFile file = {.tensors = {}, .metadata = to_metadata(card), .path = "w.safetensors"};
  const DetectorCard read = detector_card(file);
  CHECK(to_metadata(read) == to_metadata(card));
  CHECK(read.canvas.width == 128);
  CHECK(read.classes == card.classes);
  file.metadata[kDetectorKey] = "{}";
  CHECK_THAT(error_text<FileError>([&] { detector_card(file); }), contains("\"detector\" is not readable"));
  file.metadata.clear();
  CHECK_THAT(error_text<FileError>([&] { detector_card(file); }),
             contains("w.safetensors: holds no detector of this program"));
}

TEST_CASE("detector file: a classifier becomes the backbone, by name", "[detect-train]") {
  const TempDir dir;
  const std::string path = dir.file("weights.safetensors");
  write_classifier(path, "eca_resnet20", /*seed=*/7);
  const auto detector = initialised_detector("small_faster_rcnn:eca_resnet20", "");
  const TensorFile fresh = save_state(*detector);
  CHECK_THAT(load_backbone_weights(*detector, dir.str()),
             contains("weights.safetensors: eca_resnet20 became the backbone"));
  const TensorFile classifier = read_safetensors(path), loaded = save_state(*detector);
  CHECK(loaded.at("backbone.body.layer3.2.conv2.weight") == classifier.at("layer3.2.conv2.weight"));
  CHECK(loaded.at("backbone.body.bn1.running_var") == classifier.at("bn1.running_var"));
  CHECK_FALSE(loaded.at("backbone.body.conv1.weight") == fresh.at("backbone.body.conv1.weight"));
  CHECK(loaded.at("rpn.head.cls_logits.weight") == fresh.at("rpn.head.cls_logits.weight"));

  // Another network, another width, a detector.
  const auto refused = [&](const std::string& model, const std::string& width) {
    const auto other = initialised_detector(model, width);
    const TensorFile before = save_state(*other);
    const std::string text = error_text<Error>([&] { load_backbone_weights(*other, path); });
    CHECK(save_state(*other).tensors == before.tensors);
    return text;
  };
  CHECK_THAT(refused("small_faster_rcnn:eca_resnet32", ""),
             contains("the backbone is eca_resnet32 of width 1, the file holds eca_resnet20") &&
                 !contains("--backbone-width"));
  CHECK_THAT(refused("small_faster_rcnn:eca_resnet20", "0.5"),
             contains("of width 0.5") && contains("classifiers fit --backbone-width 1"));
  TensorFile file = save_state(*detector);
  file.metadata[kDetectorKey] = "{}";
  write_safetensors(path, file);
  CHECK_THAT(refused("small_faster_rcnn:eca_resnet20", ""),
             contains("holds a detector, expected a classifier"));
}

TEST_CASE("detector file: detectors and classifiers are not taken for each other", "[detect-train]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  write_classifier(path, "resnet20", 1);
  CHECK_THAT(error_text<FileError>([&] { load_detector(path); }),
             contains("it is a classifier's") && contains("--backbone-weights"));
  TensorFile file = read_safetensors(path);
  file.metadata = to_metadata(DetectorCard{.model = "small_retinanet:resnet20"});
  write_safetensors(path, file);
  CHECK_THAT(error_text<FileError>([&] { load_model(path); }), contains("eca detect predict"));
}

}  // namespace eca::test
