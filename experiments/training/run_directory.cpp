#include "experiments/training/run_directory.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"

namespace eca {

bool RunDirectory::holds_run() const { return std::filesystem::exists(file("config.txt")); }

bool RunDirectory::holds_checkpoint() const { return std::filesystem::exists(file("last.safetensors")); }

bool RunDirectory::holds_weights() const { return std::filesystem::exists(file("weights.safetensors")); }

void RunDirectory::create(const TrainConfig& config) const {
  if (holds_progress()) {
    throw Error(path_ + ": holds a run already; continue it with --resume, or choose another --out");
  }
  std::error_code error;
  std::filesystem::create_directories(path_, error);
  if (error) throw FileError(path_, "cannot make this run directory: " + error.message());
  write_file_atomically(file("config.txt"), to_text(config));
}

TrainConfig RunDirectory::resume(const TrainConfig& asked) const {
  TrainConfig stored;
  read_config_file(stored, file("config.txt"));
  for (const ConfigKey& key : config_keys()) {
    if (!asked.given.contains(key.name)) continue;
    const std::string now = key.get(asked), then = key.get(stored);
    if (key.decides_numbers && now != then && holds_progress()) {
      throw Error(path_ + ": cannot resume with " + key.name + " = " + now + "; the run has " + key.name +
                  " = " + then);
    }
    key.set(stored, now);
  }
  stored.out = path_;
  return stored;
}

}  // namespace eca
