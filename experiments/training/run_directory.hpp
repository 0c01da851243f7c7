// The folder of one run:
//   config.txt               the resolved configuration; `eca train --config` reads it back
//   environment.txt          what the numbers and the speed depended on
//   detector.json            of a detector, its settings; see experiments/detection/detector_json.hpp
//   metrics.csv              one row an epoch
//   last.safetensors         checkpoint to resume from
//   best.safetensors         weights of the epoch with the best test accuracy
//   weights.safetensors      weights at the end
//   training.png             loss and accuracy over the epochs
//   progress.txt             how far the epoch under way has come; see live_progress.hpp
//   events.out.tfevents.*    with --tensorboard, a file for each sitting; see experiments/tensorboard
//   lock                     held by the process that trains in it
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiments/training/run_config.hpp"
#include "experiments/training/run_lock.hpp"

namespace eca {

class RunDirectory {
 public:
  explicit RunDirectory(const std::string& path) : path_(path) {}

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  bool holds_run() const;         // config.txt is there
  bool holds_checkpoint() const;  // last.safetensors is there
  bool holds_weights() const;     // weights.safetensors is there: the run made its last step
  bool holds_progress() const { return holds_checkpoint() || holds_weights(); }

  // Makes the folder if it is not there and takes its lock, unless this object or the one it was copied from has it already;
  // the last copy lets go. Removes the temporary files of trainings that were killed. Throws what RunLock throws.
  void own();

  // Throws Error where create() would, because of what lies there.
  void check_free(const RunConfig& config, bool overwrite) const;

  // Begins a run in a folder that is owned: writes config.txt. A run without progress, one that was refused, stopped in a
  // debugger or killed early, is begun again; one with progress only to `overwrite` it: then its files are removed, and no
  // others. Throws Error if there is progress, or if `overwrite` meets a folder that holds no run.
  void create(const RunConfig& config, bool overwrite = false) const;

  // The stored configuration with the keys that `asked` gives. Throws FileError if config.txt cannot be read.
  template <class Config>
  Config resume(const Config& asked) const {
    Config stored;
    resume_into(stored, asked);
    return stored;
  }
  // The same into `stored`, which has its kind's defaults.
  void resume_into(RunConfig& stored, const RunConfig& asked) const;

  void write_config(const RunConfig& config) const;

 private:
  std::string path_;
  std::shared_ptr<const RunLock> lock_;
};

// Files that TensorBoard reads: "events.out.tfevents.1764508923.ecagrad", the seconds since 1970 in the middle. Another
// program's end otherwise, and are left alone. event_files: the names of those in a folder, in the order of their times.
inline constexpr const char* kEventFileEnding = ".ecagrad";
bool is_event_file(const std::string& name);
std::vector<std::string> event_files(const std::string& folder);

// The data, as text after --data, that the run in a folder was trained on; empty if there is none. Throws FileError if its
// config.txt cannot be read.
std::string data_of_run(const std::string& folder);

}  // namespace eca
