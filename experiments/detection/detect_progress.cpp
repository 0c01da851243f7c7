#include "experiments/detection/detect_progress.hpp"

#include <nlohmann/json.hpp>

#include "experiments/training/checkpoint_file.hpp"

namespace eca {

double mean_loss(const DetectProgress& progress) {
  double sum = 0;
  for (const LossSum& loss : progress.losses) sum += loss.sum;
  return sum / static_cast<double>(progress.images);
}

void save_checkpoint(const std::string& path, Module& network, const Optimizer& optimizer,
                     const DetectProgress& progress, const DetectorCard& card, const Identity& identity) {
  nlohmann::json losses = nlohmann::json::array();
  for (const LossSum& loss : progress.losses) losses.push_back({loss.name, loss.sum});
  const nlohmann::json json = {{"step", progress.step},
                               {"epoch", progress.epoch},
                               {"batch", progress.batch},
                               {"images", progress.images},
                               {"losses", losses},
                               {"best_ap", progress.best_ap},
                               {"last_box_ap", progress.last_box_ap},
                               {"last_mask_ap", progress.last_mask_ap},
                               {"seconds", progress.seconds},
                               {"metrics", progress.metrics}};
  write_checkpoint(path, network, optimizer, json, to_metadata(card), identity);
}

DetectProgress load_detect_checkpoint(const std::string& path, Module& network, Optimizer& optimizer) {
  DetectProgress progress;
  read_checkpoint(path, network, optimizer, [&](const nlohmann::json& json) {
    progress = {.step = json.at("step"),
                .epoch = json.at("epoch"),
                .batch = json.at("batch"),
                .images = json.at("images"),
                .losses = {},
                .best_ap = json.at("best_ap"),
                .last_box_ap = json.at("last_box_ap"),
                .last_mask_ap = json.at("last_mask_ap"),
                .seconds = json.at("seconds"),
                .metrics = json.at("metrics")};
    for (const nlohmann::json& loss : json.at("losses"))
      progress.losses.push_back({.name = loss.at(0), .sum = loss.at(1)});
  });
  return progress;
}

Identity identity_of(const DetectConfig& config, const DetectionData& data,
                     const std::map<std::string, std::string>& arithmetic) {
  Identity identity = {.settings = settings_of(config),
                       .classes = data.train->classes(),
                       .image_shape = to_string(parse_canvas(config.image_size)),
                       .train = {},
                       .test = {},
                       .arithmetic = arithmetic,
                       .earlier_epochs = {},
                       .earlier_data = {}};
  const auto text = [](const DetectionSet& set) {
    return std::to_string(set.size()) + " images, " + set.fingerprint();
  };
  identity.sets = {{kTrainingImages, text(*data.train)}, {kTestImages, text(*data.test)}};
  return identity;
}

}  // namespace eca
