#include "experiments/ablation/ablation_task.hpp"

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/safetensors.hpp"
#include "experiments/detection/detect_config.hpp"
#include "experiments/detection/detector_file.hpp"
#include "experiments/training/model_file.hpp"
#include "experiments/training/optimizers.hpp"
#include "experiments/training/train_config.hpp"
#include "models/detection/detector_name.hpp"

namespace eca {

namespace {

class ClassificationTask : public AblationTask {
  std::unique_ptr<RunConfig> defaults() const override { return std::make_unique<TrainConfig>(); }

  void complete_and_check(RunConfig& config) const override {
    complete_from_optimizer(config, config.given);
    check_config(of(config));
    check_image_size(of(config), /*named=*/false);
  }

  std::vector<std::string> command() const override { return {"train"}; }

  std::vector<Score> scores(const RunConfig&) const override {
    return {{.column = "test_accuracy",
             .scale = 1,
             .name = "test accuracy",
             .sentence = "Percent of the test images classified correctly after the last epoch.",
             .file = "accuracy"}};
  }

  int64_t parameters(const RunConfig& config, bool with_attention) const override {
    TrainConfig asked = of(config);
    if (!with_attention) {
      asked.model = family_of(asked.model).base;  // whose name may say an attention
      asked.attention = "none";
    }
    return make_model(model_config(asked, /*in_channels=*/3, /*classes=*/10))->parameter_count();
  }

  int64_t trained_parameters(const std::string& run) const override {
    const TensorFile weights = read_safetensors(run + "/weights.safetensors");
    return make_model(card_from_metadata(weights).model)->parameter_count();
  }

  static const TrainConfig& of(const RunConfig& config) { return static_cast<const TrainConfig&>(config); }
};

class DetectionTask : public AblationTask {
  std::unique_ptr<RunConfig> defaults() const override { return std::make_unique<DetectConfig>(); }

  void complete_and_check(RunConfig& config) const override {
    complete_from_optimizer(config, config.given);
    check_config(of(config));
  }

  std::vector<std::string> command() const override { return {"detect", "train"}; }

  std::vector<Score> scores(const RunConfig& config) const override {
    std::vector<Score> scores;
    if (detector_config(of(config), /*classes=*/1).kind == DetectorKind::mask_rcnn)
      scores.push_back(ap_of("mask"));
    scores.push_back(ap_of("box"));
    return scores;
  }

  int64_t parameters(const RunConfig& config, bool with_attention) const override {
    DetectConfig asked = of(config);
    if (!with_attention) {
      const DetectorName name = split_detector_name(asked.model);
      asked.model = name.detector + ":" + family_of(name.network).base;
      asked.attention = "none";
    }
    return make_detector(detector_config(asked, /*classes=*/10))->parameter_count();
  }

  int64_t trained_parameters(const std::string& run) const override {
    return load_detector(run).network->parameter_count();
  }

  static const DetectConfig& of(const RunConfig& config) { return static_cast<const DetectConfig&>(config); }

  static Score ap_of(const std::string& what) {
    return {.column = what + "_ap",
            .scale = 100,
            .name = what + " AP",
            .sentence = "COCO's AP of " + (what == "box" ? std::string("boxes") : "masks") +
                        " on the test images after the last epoch, times 100.",
            .file = what + "_ap"};
  }
};

}  // namespace

const AblationTask& ablation_task(const std::string& name) {
  static const ClassificationTask classification;
  static const DetectionTask detection;
  if (name == "classification") return classification;
  if (name == "detection") return detection;
  throw Error("task: \"" + name + "\"" + did_you_mean(name, {"classification", "detection"}) +
              ", expected classification or detection");
}

}  // namespace eca
