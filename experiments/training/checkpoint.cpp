#include "experiments/training/checkpoint.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "layers/state_dict.hpp"

namespace eca {

static const char *kProgressKey = "progress", *kIdentityKey = "identity";

static nlohmann::json to_json(const Progress& progress, const Optimizer& optimizer) {
  return {{"step", progress.step},
          {"epoch", progress.epoch},
          {"batch", progress.batch},
          {"loss_sum", progress.loss_sum},
          {"correct", progress.correct},
          {"images", progress.images},
          {"best_accuracy", progress.best_accuracy},
          {"last_accuracy", progress.last_accuracy},
          {"last_top5", progress.last_top5},
          {"seconds", progress.seconds},
          {"metrics", progress.metrics},
          {"optimizer_counters", optimizer.state().counters}};
}

void save_checkpoint(const std::string& path, Module& network, const Optimizer& optimizer,
                     const Progress& progress, const ModelCard& card, const Identity& identity) {
  TensorFile file = save_state(network);
  for (const auto& [name, tensor] : optimizer.state().tensors) {
    file.tensors.emplace(kOptimizerPrefix + name, FileTensor::of(tensor.shape().extents(), tensor.values()));
  }
  file.metadata = to_metadata(card);
  file.metadata[kProgressKey] = to_json(progress, optimizer).dump();
  file.metadata[kIdentityKey] = to_text(identity);
  write_safetensors(path, file);
}

// The optimiser's tensors leave the file and become its state.
static OptimizerState take_optimizer_state(TensorFile& file, const Optimizer& optimizer) {
  OptimizerState state;
  std::erase_if(file.tensors, [&](const auto& entry) {
    if (!entry.first.starts_with(kOptimizerPrefix)) return false;
    const std::string name = entry.first.substr(kOptimizerPrefix.size());
    state.tensors.emplace(name, Tensor::from(Shape(entry.second.shape), entry.second.reals()));
    return true;
  });
  if (state.tensors.size() != optimizer.state().tensors.size()) {
    throw FileError(file.path, "expected " + std::to_string(optimizer.state().tensors.size()) +
                                   " tensors of the optimiser, found " +
                                   std::to_string(state.tensors.size()));
  }
  return state;
}

Progress load_checkpoint(const std::string& path, Module& network, Optimizer& optimizer) {
  TensorFile file = read_safetensors(path);
  const auto text = file.metadata.find(kProgressKey);
  if (text == file.metadata.end() || !file.has_checksum) {
    throw FileError(path, "not a checkpoint: expected \"progress\" and a checksum in its metadata");
  }
  Progress progress;
  OptimizerState state = take_optimizer_state(file, optimizer);
  try {
    const auto json = nlohmann::json::parse(text->second);
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
    state.counters = json.at("optimizer_counters").get<std::map<std::string, int64_t>>();
  } catch (const nlohmann::json::exception& error) {
    throw FileError(path, std::string("its \"progress\" is not readable: ") + error.what());
  }
  load_state(network, file);
  try {
    optimizer.load_state(state);
  } catch (const Error& error) {
    throw FileError(path, error.what());
  }
  return progress;
}

Identity read_identity(const std::string& path) {
  const TensorFile file = read_safetensors(path);
  const auto text = file.metadata.find(kIdentityKey);
  if (text == file.metadata.end() || !file.has_checksum) {
    throw FileError(path,
                    "does not say which settings and data it was trained with: no checkpoint, or one of an "
                    "earlier version of this program; begin another run with its weights: --init " +
                        path);
  }
  try {
    return identity_from_text(text->second);
  } catch (const Error& error) {
    throw FileError(path, error.what());
  }
}

}  // namespace eca
