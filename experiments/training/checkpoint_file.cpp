#include "experiments/training/checkpoint_file.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "experiments/training/model_file.hpp"
#include "layers/state_dict.hpp"

namespace eca {

static const char *kProgressKey = "progress", *kIdentityKey = "identity",
                  *kCountersKey = "optimizer_counters";

void write_checkpoint(const std::string& path, Module& network, const Optimizer& optimizer,
                      nlohmann::json progress, const std::map<std::string, std::string>& metadata,
                      const Identity& identity) {
  TensorFile file = save_state(network);
  for (const auto& [name, tensor] : optimizer.state().tensors) {
    file.tensors.emplace(kOptimizerPrefix + name, FileTensor::of(tensor.shape().extents(), tensor.values()));
  }
  progress[kCountersKey] = optimizer.state().counters;
  file.metadata = metadata;
  file.metadata[kProgressKey] = progress.dump();
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

void read_checkpoint(const std::string& path, Module& network, Optimizer& optimizer,
                     const std::function<void(const nlohmann::json&)>& take) {
  TensorFile file = read_safetensors(path);
  const auto text = file.metadata.find(kProgressKey);
  if (text == file.metadata.end() || !file.has_checksum) {
    throw FileError(path, "not a checkpoint: expected \"progress\" and a checksum in its metadata");
  }
  OptimizerState state = take_optimizer_state(file, optimizer);
  try {
    const auto json = nlohmann::json::parse(text->second);
    take(json);
    state.counters = json.at(kCountersKey).get<std::map<std::string, int64_t>>();
  } catch (const nlohmann::json::exception& error) {
    throw FileError(path, std::string("its \"progress\" is not readable: ") + error.what());
  }
  load_state(network, file);
  try {
    optimizer.load_state(state);
  } catch (const Error& error) {
    throw FileError(path, error.what());
  }
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
