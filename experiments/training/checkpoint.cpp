#include "experiments/training/checkpoint.hpp"

#include <nlohmann/json.hpp>

#include "experiments/training/checkpoint_file.hpp"

namespace eca {

void save_checkpoint(const std::string& path, Module& network, const Optimizer& optimizer,
                     const Progress& progress, const ModelCard& card, const Identity& identity) {
  const nlohmann::json json = {{"step", progress.step},
                               {"epoch", progress.epoch},
                               {"batch", progress.batch},
                               {"loss_sum", progress.loss_sum},
                               {"correct", progress.correct},
                               {"images", progress.images},
                               {"best_accuracy", progress.best_accuracy},
                               {"last_accuracy", progress.last_accuracy},
                               {"last_top5", progress.last_top5},
                               {"seconds", progress.seconds},
                               {"metrics", progress.metrics}};
  write_checkpoint(path, network, optimizer, json, to_metadata(card), identity);
}

Progress load_checkpoint(const std::string& path, Module& network, Optimizer& optimizer) {
  Progress progress;
  read_checkpoint(path, network, optimizer, [&](const nlohmann::json& json) {
    progress = {.step = json.at("step"),
                .epoch = json.at("epoch"),
                .batch = json.at("batch"),
                .loss_sum = json.at("loss_sum"),
                .correct = json.at("correct"),
                .images = json.at("images"),
                .best_accuracy = json.at("best_accuracy"),
                .last_accuracy = json.at("last_accuracy"),
                .last_top5 = json.value("last_top5", -1.0),
                .seconds = json.at("seconds"),
                .metrics = json.at("metrics")};
  });
  return progress;
}

}  // namespace eca
