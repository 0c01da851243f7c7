// Trains the runs of an ablation as processes of their own, several at a time.
#pragma once

#include <vector>

#include "experiments/ablation/ablation_config.hpp"

namespace eca {

// A part of the runs: every `count`-th, from the `index`-th (from 1). All together they are all runs.
struct Shard {
  int64_t index = 1, count = 1;
};
// From "2/3". Throws Error naming what was found.
Shard parse_shard(const std::string& text);
// The runs of the shard, in their order.
std::vector<AblationRun> shard_of(const std::vector<AblationRun>& runs, const Shard& shard);

// How many trainings at a time, with how many threads each. 0: chosen; as many trainings as cores while there are
// enough runs, with a thread each.
struct JobOptions {
  int64_t jobs = 0, threads = 0;
};
// The same with what is 0 chosen, for so many unfinished runs on so many cores.
JobOptions resolved_jobs(const JobOptions& asked, int64_t runs_left, int64_t cores);

// Throws Error if a run has a record or a checkpoint with other keys that decide numbers, naming the key.
void check_existing_runs(const std::vector<AblationRun>& runs);

// Writes the records of those runs that are finished and have none. Throws FileError.
void keep_records(const Ablation& ablation, const std::vector<AblationRun>& runs);

struct AblateResult {
  bool interrupted = false;
  int64_t failed = 0;
  int64_t elsewhere = 0;  // left to another process that is at work on them
};
// Trains those of the ablation's runs that have no record, going on from their checkpoints. What a run prints goes to log.txt in
// its run directory. A run that fails is reported, the others go on. Ctrl-C: all write their checkpoints, then it
// returns.
AblateResult train_runs(const Ablation& ablation, const std::vector<AblationRun>& runs,
                        const JobOptions& options);

}  // namespace eca
