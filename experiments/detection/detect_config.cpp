#include "experiments/detection/detect_config.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/absolute_path.hpp"
#include "data/detection/detection_augment.hpp"
#include "data/detection/detection_data.hpp"
#include "data/images/image_file.hpp"
#include "experiments/training/fine_tuning.hpp"
#include "experiments/training/optimizers.hpp"
#include "models/detection/detector.hpp"
#include "models/detection/detector_name.hpp"

namespace eca {

// For scenes of 128x128 from scratch on two cores in about 20 minutes. AdamW, as SGD diverges at rates that are high enough to learn
// in so few steps, see docs/detection.md.
DetectConfig::DetectConfig() {
  model = "small_faster_rcnn:eca_resnet18";
  data = "scenes:n=27000";  // new scenes cost no more than known ones, and teach more
  augment = "flip";
  epochs = 4;
  batch_size = 8;
  optimizer = "adamw";
  lr = 0.001;
  schedule = "cosine:warmup=0.05";
  nesterov = false;
  weight_decay = 0.01;
}

const std::vector<ConfigKey>& DetectConfig::detect_config_keys() {
  using C = DetectConfig;
  static const std::vector<ConfigKey> keys = {
      text_key(
          "model",
          "KIND:NETWORK, of the kinds " + join(detector_names(), ", ") + " and the networks of `eca list`",
          &C::model),
      text_key("attention", "module for a plain network: none, se:r=8, eca:k=5", &C::attention),
      text_key("shortcut", "of the network, A (no parameters) or B (1x1 convolution); default: its own",
               &C::shortcut),
      text_key("backbone-width",
               "channels of the network's stages times this; default: 0.5 of ResNet-18 to -152 in small "
               "detectors, else 1",
               &C::backbone_width),
      path_key("backbone-weights",
               "begin with a classifier of `eca train` as the backbone: its run directory, or a weight file",
               &C::backbone_weights, absolute_path),
      path_key("init", "begin with all weights of such a detector: its run directory, or a weight file",
               &C::init, absolute_path),
      text_key("freeze", "leave alone the parameters whose names or modules fit: backbone.body,*.bn?",
               &C::freeze),
      boolean_key(
          "frozen-batch-norm",
          "the backbone's batch norm keeps the statistics it begins with, and its weights: true or false",
          &C::frozen_batch_norm),
      path_key("data", "scenes[:n=8000,test=500,size=128,...], or coco:DIR", &C::data,
               detection_with_absolute_paths),
      text_key("image-size",
               "side, or HEIGHTxWIDTH, of the canvas into which images are fitted for the network",
               &C::image_size),
      integer_key("epochs", "passes over the training images", &C::epochs),
      integer_key("steps", "end after this many steps instead (0: epochs decide)", &C::steps),
      integer_key("batch-size", "images in a step; fewer are left of an epoch, and are not trained on in it",
                  &C::batch_size),
      text_key("optimizer", join(optimizer_names(), ", "), &C::optimizer),
      number_key("lr", "highest learning rate of the schedule; 0.01 with sgd, else", &C::lr),
      text_key("schedule",
               "constant, step:at=0.5/0.75,factor=0.1, exponential:factor=0.98, cosine, triangular; all take "
               "warmup, a share of the run",
               &C::schedule),
      number_key("momentum", "of sgd", &C::momentum),
      boolean_key("nesterov", "Nesterov momentum in sgd: true or false", &C::nesterov),
      number_key("weight-decay", "on convolution and linear weights only", &C::weight_decay),
      text_key("augment", "none, or flip, scale:0.7 joined by +", &C::augment),
      integer_key("seed", "of initial weights, data order, augmentation and drawn regions", &C::seed),
      integer_key("threads", "0: all cores; never changes a number", &C::threads, kDoesNotDecide),
      text_key("kernels", "fast, or ref: plain loops to read and step through", &C::kernels),
      text_key("ops", "fused, plain: blocks op by op, or by-kernels: plain beside ref", &C::ops),
      integer_key("evaluate-every",
                  "epochs from one evaluation on the test images to the next; the last epoch always has one",
                  &C::evaluate_every, kDoesNotDecide),
      number_key("checkpoint-every", "seconds between checkpoints within an epoch", &C::checkpoint_every,
                 kDoesNotDecide),
      boolean_key("tensorboard", "write event files for TensorBoard: true or false", &C::tensorboard,
                  kDoesNotDecide),
      text_key("out", "run directory (default: runs/DETECTOR-NETWORK-DATA-seedN)", &C::out, kDoesNotDecide),
  };
  return keys;
}

[[noreturn]] static void refuse_canvas(const std::string& text) {
  throw Error("image-size: \"" + text + "\", expected a side of 32 to 4096 pixels, or HEIGHTxWIDTH");
}

CanvasSize parse_canvas(const std::string& text) {
  const std::vector<std::string> words = split(text, 'x');
  if (words.empty() || words.size() > 2) refuse_canvas(text);
  std::vector<int64_t> sides;
  for (const std::string& word : words) {
    sides.push_back(whole_number(word).value_or(0));
    if (sides.back() < 32 || sides.back() > kMaxImageSize) refuse_canvas(text);
  }
  return {.height = sides.front(), .width = sides.back()};
}

std::string to_string(const CanvasSize& canvas) {
  const std::string height = std::to_string(canvas.height);
  return canvas.height == canvas.width ? height : height + "x" + std::to_string(canvas.width);
}

DetectorConfig detector_config(const DetectConfig& config, int64_t classes) {
  const DetectorName name = split_detector_name(config.model);
  if (name.detector.empty()) {
    throw Error("model: \"" + config.model +
                "\", expected KIND:NETWORK, a detector on a network, as in small_faster_rcnn:eca_resnet18; "
                "kinds: " +
                join(detector_names(), ", "));
  }
  if (!name.attention.empty() && !config.attention.empty()) {
    throw Error("attention: " + config.attention + ", but the model is \"" + config.model +
                "\"; expected one of them to say it");
  }
  ModelConfig backbone = {.name = name.network,
                          .attention = name.attention.empty() ? config.attention : name.attention};
  if (!config.shortcut.empty()) backbone.shortcut = parse_shortcut(config.shortcut);
  DetectorConfig detector = detector_config(name.detector, backbone, classes);
  if (!config.backbone_width.empty()) {
    detector.backbone.width = parse_number("backbone-width", config.backbone_width);
    check_range("backbone-width", detector.backbone.width, 0.01, 16, "0.01 to 16");
  }
  detector.backbone.frozen_batch_norm = config.frozen_batch_norm;
  return detector;
}

void check_config(const DetectConfig& config) {
  check_run_config(config);
  if (config.kernels == "cuda") {
    throw Error("kernels: cuda, expected fast or ref: detectors are trained on the processor");
  }
  const auto network = make_detector(detector_config(config, /*classes=*/1));  // names and options
  network->name_parameters();
  freeze(*network, config.freeze);
  parse_canvas(config.image_size);
  parse_detection_augment(config.augment);
  if (!config.init.empty() && !config.backbone_weights.empty()) {
    throw Error(
        "init, backbone-weights: expected one of them: the weights of a whole detector, or of its backbone");
  }
  if (config.frozen_batch_norm && config.init.empty() && config.backbone_weights.empty()) {
    throw Error(
        "frozen-batch-norm: expected only with --backbone-weights or --init: from random numbers, what is "
        "frozen would be the statistics of nothing");
  }
}

std::string run_directory(const DetectConfig& config) {
  if (!config.out.empty()) return config.out;
  std::string name = config.model + (config.attention.empty() ? "" : "+" + config.attention);
  for (char& c : name) {
    if (c == ',' || c == '=') c = '_';
    if (c == ':' || c == '+') c = '-';
  }
  const bool tuned = !config.init.empty() || !config.backbone_weights.empty();
  return "runs/" + name + "-" + config.data.substr(0, config.data.find(':')) + "-seed" +
         std::to_string(config.seed) + (tuned ? "-tuned" : "");
}

}  // namespace eca
