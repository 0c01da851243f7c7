#include "experiments/detection/detector_file.hpp"

#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "experiments/training/model_file.hpp"
#include "experiments/training/run_directory.hpp"
#include "layers/state_dict.hpp"
#include "models/weights_fit.hpp"

namespace eca {

DetectorCard card_of(const DetectConfig& config, const Normalisation& normalisation,
                     const std::vector<std::string>& classes) {
  return {.model = config.model,
          .attention = config.attention,
          .shortcut = config.shortcut,
          .backbone_width = config.backbone_width,
          .frozen_batch_norm = config.frozen_batch_norm,
          .canvas = parse_canvas(config.image_size),
          .normalisation = normalisation,
          .classes = classes};
}

std::map<std::string, std::string> to_metadata(const DetectorCard& card) {
  const nlohmann::json json = {{"model", card.model},
                               {"attention", card.attention},
                               {"shortcut", card.shortcut},
                               {"backbone_width", card.backbone_width},
                               {"frozen_batch_norm", card.frozen_batch_norm},
                               {"height", card.canvas.height},
                               {"width", card.canvas.width},
                               {"mean", card.normalisation.mean},
                               {"std", card.normalisation.std},
                               {"classes", card.classes}};
  return {{kDetectorKey, json.dump()}};
}

DetectorCard detector_card(const TensorFile& file) {
  if (!file.metadata.contains(kDetectorKey)) {
    throw FileError(file.path,
                    std::string("holds no detector of this program (no \"") + kDetectorKey +
                        "\" in its metadata)" +
                        (has_card(file) ? "; it is a classifier's, with which a detector can begin: "
                                          "eca detect train --backbone-weights"
                                        : ""));
  }
  try {
    const auto json = nlohmann::json::parse(file.metadata.at(kDetectorKey));
    DetectorCard card = {.model = json.at("model"),
                         .attention = json.at("attention"),
                         .shortcut = json.at("shortcut"),
                         .backbone_width = json.at("backbone_width"),
                         .frozen_batch_norm = json.at("frozen_batch_norm"),
                         .canvas = {.height = json.at("height"), .width = json.at("width")},
                         .normalisation = {json.at("mean"), json.at("std")},
                         .classes = json.at("classes")};
    parse_canvas(to_string(card.canvas));
    return card;
  } catch (const nlohmann::json::exception& error) {
    throw FileError(file.path, std::string("its \"") + kDetectorKey + "\" is not readable: " + error.what());
  } catch (const Error& error) {
    throw FileError(file.path, std::string("its \"") + kDetectorKey + "\" is not right: " + error.what());
  }
}

// Without what an optimiser remembers.
static TensorFile read_weights_alone(const std::string& file_or_directory) {
  TensorFile file = read_safetensors(find_weights(file_or_directory));
  std::erase_if(file.tensors, [](const auto& entry) { return entry.first.starts_with(kOptimizerPrefix); });
  return file;
}

static std::unique_ptr<Detector> detector_of(const DetectorCard& card, const std::string& path) {
  DetectConfig config;
  config.model = card.model;
  config.attention = card.attention;
  config.shortcut = card.shortcut;
  config.backbone_width = card.backbone_width;
  config.frozen_batch_norm = card.frozen_batch_norm;
  try {
    return make_detector(detector_config(config, std::ssize(card.classes)));
  } catch (const FileError&) {
    throw;
  } catch (const Error& error) {
    throw FileError(path, std::string("its \"") + kDetectorKey + "\" is not right: " + error.what());
  }
}

LoadedDetector load_detector(const std::string& file_or_directory) {
  const TensorFile file = read_weights_alone(file_or_directory);
  LoadedDetector loaded = {.path = file.path, .card = detector_card(file), .network = nullptr};
  loaded.network = detector_of(loaded.card, file.path);
  loaded.network->name_parameters();
  load_state(*loaded.network, file);
  loaded.network->eval();
  return loaded;
}

std::string data_of_detect_run(const std::string& folder) {
  const RunDirectory run(folder);
  if (!run.holds_run()) return "";
  DetectConfig config;
  read_config_file(config, run.file("config.txt"));
  return config.data;
}

void load_detector_weights(Detector& detector, const std::string& path) {
  const TensorFile file = read_weights_alone(path);
  detector_card(file);
  load_state(detector, file);
}

// What the file says it holds, for messages.
static std::string contents_of(const TensorFile& file) {
  return has_card(file) ? card_from_metadata(file).model.name : "a network without a name";
}

std::string load_backbone_weights(Detector& detector, const std::string& path) {
  TensorFile file = read_weights_alone(path);
  if (file.metadata.contains(kDetectorKey)) {
    throw FileError(file.path,
                    "holds a detector, expected a classifier of `eca train`; a detector begins with "
                    "all of its weights with --init");
  }
  drop_shared_prefix(file);
  const BackboneConfig& backbone = detector.config().backbone;
  try {
    load_backbone(detector, file);
  } catch (const FileError& error) {
    throw Error(std::string(error.what()) + "\n  the backbone is " + backbone.model.name + " of width " +
                shortest_text(backbone.width) + ", the file holds " + contents_of(file) +
                (backbone.width == 1 ? "" : "; classifiers fit --backbone-width 1"));
  }
  return file.path + ": " + contents_of(file) +
         " became the backbone; all else of the detector begins with random numbers";
}

}  // namespace eca
