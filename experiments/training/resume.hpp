// Going on with a run from its checkpoint, whatever it trains.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/optim/schedule.hpp"
#include "experiments/training/identity.hpp"
#include "experiments/training/run_directory.hpp"

namespace eca {

struct Resumed {
  Identity then;                          // what the checkpoint was trained with
  bool longer = false;                    // a finished run of epochs, which is to have more of them
  std::vector<std::string> other_data{};  // how the data differ, a line each; only where that is accepted
};

// Compares the run that `now` describes with that of the directory's checkpoint and, where they are the same or may differ as they do,
// loads it: `load` returns how many epochs it had ended. Says on stderr where another build or machine computes from here on. Throws
// Error with every difference, before anything is written, and what reading the checkpoint and `load` throw.
// defaults: of the settings, see setting_differences(). elsewhere: how a run elsewhere begins with these weights, for the message.
// All ranks call it.
Resumed resume_run(const RunDirectory& directory, const Identity& now,
                   const std::map<std::string, std::string>& defaults, bool accept_changed_data,
                   const std::string& elsewhere, const std::function<int64_t()>& load);

// "resuming after step 12 of 24", and where that is the last how to go on nevertheless.
std::string resuming_text(const RunConfig& config, const Schedule& schedule, int64_t step);

// Says on stderr that the run goes on with other data, in epoch `epoch`, from 0, and notes in `now` what it was trained on before.
void note_other_data(const RunDirectory& directory, const Resumed& resumed, int64_t epoch, Identity& now);

// "prolonged from 3 to 6 epochs: the schedule ..." of a run that has made `steps` steps. schedule: that of the longer run.
std::string prolonged_text(const std::string& epochs_then, const RunConfig& config, const Schedule& schedule,
                           int64_t steps);

// Says on stderr which milestones, in epochs, the run does not reach: they are likely meant for a longer one.
void warn_of_late_milestones(const Schedule& schedule, const std::string& text);

}  // namespace eca
