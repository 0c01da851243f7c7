// What an ablation trains, classifiers or detectors: all in which the two differ.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiments/training/run_config.hpp"

namespace eca {

// What arms are compared by: a column of metrics.csv after the last epoch.
struct Score {
  std::string column;    // "test_accuracy"
  double scale;          // from the column's unit to percent
  std::string name;      // "test accuracy"
  std::string sentence;  // what the percent are, as a report begins
  std::string file;      // "accuracy": how the names of its pictures begin
};

class AblationTask {
 public:
  virtual ~AblationTask() = default;

  // A configuration of this kind with its defaults.
  virtual std::unique_ptr<RunConfig> defaults() const = 0;
  // As the training command does before it begins. Throws Error.
  virtual void complete_and_check(RunConfig& config) const = 0;
  // Of the training, behind `eca`.
  virtual std::vector<std::string> command() const = 0;
  // What a run of this configuration measures; the first is the main one.
  virtual std::vector<Score> scores(const RunConfig& config) const = 0;

  // Parameters of the network with 10 classes, as configured or with the attention taken out.
  virtual int64_t parameters(const RunConfig& config, bool with_attention) const = 0;
  // Those of a finished run. Throws FileError if its weights cannot be read.
  virtual int64_t trained_parameters(const std::string& run) const = 0;
};

// "classification" or "detection". Throws Error on another name, with the nearest one.
const AblationTask& ablation_task(const std::string& name);

}  // namespace eca
