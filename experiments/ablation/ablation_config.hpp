// An ablation: several arms, each a configuration, and seeds with which each arm is trained. As a file:
//
//   task = classification                        or detection: keys are then those of `eca detect train`; may be left out
//   data = cifar10:data                          keys of `eca train`, for every arm
//   model = resnet20
//   seeds = 1 2 3
//   baseline = none                              the arm others are compared with; default: the first
//   arm none:
//   arm eca: attention = eca                     NAME: what differs, separated by ';'
//   arm se4: attention = se:r=4; lr = 0.1
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiments/ablation/ablation_task.hpp"
#include "experiments/training/run_config.hpp"

namespace eca {

struct Arm {
  std::string name;                         // also the name of its folder
  std::shared_ptr<const RunConfig> config;  // all but seed and out; of the task's kind
  std::string data;                         // config's, as the file has it: its paths may be relative
};

struct Ablation {
  const AblationTask* task = &ablation_task("classification");
  std::vector<Score> scores;  // which all arms measure; the first is the main one
  std::vector<Arm> arms;
  std::vector<int64_t> seeds;
  size_t baseline = 0;  // index of an arm
};

// Throws FileError naming file and line. Every arm is checked as `eca train` would check it.
Ablation parse_ablation(const std::string& text, const std::string& path);

// One training of the ablation.
struct AblationRun {
  std::string arm;
  std::shared_ptr<const RunConfig> config;  // out is run_path
  std::string record;                       // record_path
};
// Where a run is trained, RUNS/ARM/seed-N, and what stays of it, OUT/records/ARM/seed-N.json.
std::string run_path(const std::string& runs, const std::string& arm, int64_t seed);
std::string record_path(const std::string& out, const std::string& arm, int64_t seed);
// Seed by seed, so that one that was stopped early holds whole pairs.
std::vector<AblationRun> runs_of(const Ablation& ablation, const std::string& out, const std::string& runs);

}  // namespace eca
