#include "experiments/training/resume.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/parallel/agreement.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/training/checkpoint_file.hpp"

namespace eca {

// Whether the one difference is that a run of epochs is to have more of them.
static bool has_more_epochs(const Identity& then, const Identity& now) {
  const int64_t before = whole_number(then.settings.at("epochs")).value_or(0);
  return now.settings.at("steps") == "0" && whole_number(now.settings.at("epochs")).value_or(0) > before;
}

Resumed resume_run(const RunDirectory& directory, const Identity& now,
                   const std::map<std::string, std::string>& defaults, bool accept_changed_data,
                   const std::string& elsewhere, const std::function<int64_t()>& load) {
  Resumed resumed = {.then = read_identity(directory.file("last.safetensors"))};
  const Identity& then = resumed.then;
  Identity expected = then;
  resumed.longer = has_more_epochs(then, now);
  if (resumed.longer) expected.settings["epochs"] = now.settings.at("epochs");
  std::vector<std::string> changed = setting_differences(expected.settings, now.settings, defaults);
  resumed.other_data = data_differences(then, now);
  const bool acceptable = !resumed.other_data.empty() && same_form(then, now);
  if (!(acceptable && accept_changed_data))
    changed.insert(changed.end(), resumed.other_data.begin(), resumed.other_data.end());
  const int64_t epochs = changed.empty() ? load() : 0;
  const bool unfinished = changed.empty() && std::to_string(epochs) != then.settings.at("epochs");
  if (resumed.longer && (unfinished || !changed.empty())) {
    changed.push_back("epochs: expected " + then.settings.at("epochs") + ", found " +
                      now.settings.at("epochs") +
                      (unfinished ? "; only a finished run can be prolonged" : ""));
  }
  wait_for_all_ranks();  // what is written from here on, others may still read
  if (!changed.empty()) {
    throw Error(directory.path() +
                ": cannot be resumed: these are not what the checkpoint was trained with:\n  " +
                join(changed, "\n  ") + "\nput them back; " +
                (acceptable ? "or, if the data may differ, go on with --accept-changed-data; " : "") +
                "or begin another run, with the weights of this one: " + elsewhere);
  }
  if (const std::vector<std::string> bits = arithmetic_differences(then, now); !bits.empty()) {
    warn(directory.path() +
         " was trained by another build or on another machine until here; the numbers may differ " +
         "in their last bits from those of one go:\n  " + join(bits, "\n  "));
  }
  return resumed;
}

std::string resuming_text(const RunConfig& config, const Schedule& schedule, int64_t step) {
  const bool done = step >= schedule.total_steps;
  return format("resuming after step %lld of %lld%s", static_cast<long long>(step),
                static_cast<long long>(schedule.total_steps),
                done && config.steps == 0 ? ", its last; --epochs with more of them prolongs it" : "");
}

void note_other_data(const RunDirectory& directory, const Resumed& resumed, int64_t epoch, Identity& now) {
  warn(directory.path() +
       format(": goes on with other data from epoch %lld on:\n  ", static_cast<long long>(epoch + 1)) +
       join(resumed.other_data, "\n  "));
  now.earlier_data.push_back(format("%lld epochs on ", static_cast<long long>(epoch)) +
                             data_text(resumed.then));
}

std::string prolonged_text(const std::string& epochs_then, const RunConfig& config, const Schedule& schedule,
                           int64_t steps) {
  Schedule before = schedule;
  before.total_steps = steps;
  return format(
      "prolonged from %s to %lld epochs: the schedule %s now has the length of %lld epochs; the rate goes "
      "on at %g, where it ended at %g",
      epochs_then.c_str(), static_cast<long long>(config.epochs), config.schedule.c_str(),
      static_cast<long long>(config.epochs), schedule.lr(steps), before.lr(steps - 1));
}

void warn_of_late_milestones(const Schedule& schedule, const std::string& text) {
  std::vector<std::string> late;
  for (const double milestone : schedule.milestones_beyond_end()) late.push_back(format("%g", milestone));
  if (late.empty()) return;
  const double epochs = static_cast<double>(schedule.total_steps) / static_cast<double>(schedule.epoch_steps);
  warn(format("schedule %s: the run ends after %g epoch%s and does not reach ", text.c_str(), epochs,
              epochs == 1 ? "" : "s") +
       (late.size() == 1 ? "its milestone " : "its milestones ") + join(late, ", ") +
       ": the rate stays as it is");
}

}  // namespace eca
