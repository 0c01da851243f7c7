#include "experiments/training/run_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "experiments/training/checkpoint_file.hpp"
#include "experiments/training/train_config.hpp"

namespace eca {

bool RunDirectory::holds_run() const { return std::filesystem::exists(file("config.txt")); }

bool RunDirectory::holds_checkpoint() const { return std::filesystem::exists(file("last.safetensors")); }

bool RunDirectory::holds_weights() const { return std::filesystem::exists(file("weights.safetensors")); }

// What a run writes, but for the lock.
static constexpr const char* kRunFiles[] = {"config.txt",          "environment.txt",  "detector.json",
                                            "metrics.csv",         "last.safetensors", "best.safetensors",
                                            "weights.safetensors", "training.png",     "confusion.txt",
                                            "confusion.png",       "progress.txt"};

bool is_event_file(const std::string& name) {
  return name.starts_with("events.out.tfevents.") && name.ends_with(kEventFileEnding);
}

static bool is_leftover(const std::string& name) {
  const auto of = [&](const std::string& file) { return name.starts_with(file + "."); };
  if (name == "progress.txt.tmp") return true;
  return name.ends_with(".tmp") && std::any_of(std::begin(kRunFiles), std::end(kRunFiles), of);
}

std::vector<std::string> event_files(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code none;  // where there is no folder there are no files
  for (const auto& entry : std::filesystem::directory_iterator(folder, none)) {
    const std::string name = entry.path().filename().string();
    if (is_event_file(name)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

void RunDirectory::own() {
  if (lock_) return;
  lock_ = std::make_shared<const RunLock>(path_);
  std::error_code ignored;  // what cannot be removed stays, and harms nobody
  for (const auto& entry : std::filesystem::directory_iterator(path_, ignored)) {
    if (is_leftover(entry.path().filename().string())) std::filesystem::remove(entry.path(), ignored);
  }
}

// Besides the lock.
static bool holds_files(const std::string& folder) {
  if (!std::filesystem::exists(folder)) return false;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename() != "lock") return true;
  }
  return false;
}

void RunDirectory::check_free(const RunConfig& config, bool overwrite) const {
  if (overwrite) {
    if (!holds_run() && holds_files(path_))
      throw Error(path_ + ": --overwrite replaces a run, but this folder holds none (no config.txt)");
  } else if (holds_progress()) {
    throw Error(path_ +
                ": holds a run already; continue it with --resume, replace it with --overwrite, or choose "
                "another --out");
  }
  if (!holds_run()) return;
  const auto replaced = config.fresh();
  read_config_file(*replaced, file("config.txt"));  // a file of another program is not written over
}

void RunDirectory::create(const RunConfig& config, bool overwrite) const {
  if (overwrite) {
    for (const std::string name :
         kRunFiles) {  // config.txt, which tells that this is a run, is never missing
      if (name != "config.txt") std::filesystem::remove(file(name));
    }
    for (const std::string& name : event_files(path_)) std::filesystem::remove(file(name));
  } else {
    check_free(config, overwrite);
  }
  write_config(config);
}

void RunDirectory::resume_into(RunConfig& stored, const RunConfig& asked) const {
  read_config_file(stored, file("config.txt"));
  if (holds_checkpoint()) {  // a run that was killed just as it was prolonged
    const Identity identity = read_identity(file("last.safetensors"));
    const std::string epochs = std::to_string(stored.epochs);
    for (const std::string& earlier : identity.earlier_epochs) {
      if (epochs == earlier) set_key(stored, "epochs", identity.settings.at("epochs"));
    }
  }
  for (const ConfigKey& key : stored.keys()) {
    if (asked.given.contains(key.name)) key.set(stored, key.get(asked));
  }
  stored.out = path_;
}

void RunDirectory::write_config(const RunConfig& config) const {
  write_file_atomically(file("config.txt"), to_text(config));
}

std::string data_of_run(const std::string& folder) {
  const RunDirectory run(folder);
  if (!run.holds_run()) return "";
  TrainConfig config;
  read_config_file(config, run.file("config.txt"));
  return config.data;
}

}  // namespace eca
