#include "experiments/ablation/ablate.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/make_folder.hpp"
#include "core/parallel/threads.hpp"
#include "experiments/ablation/child_process.hpp"
#include "experiments/ablation/run_record.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/interrupt.hpp"
#include "experiments/common/progress_line.hpp"
#include "experiments/training/checkpoint_file.hpp"
#include "experiments/training/run_state.hpp"

namespace eca {

Shard parse_shard(const std::string& text) {
  const std::vector<std::string> words = split(text, '/');
  if (words.size() == 2) {
    const Shard shard = {whole_number(words[0]).value_or(0), whole_number(words[1]).value_or(0)};
    if (shard.index >= 1 && shard.index <= shard.count) return shard;
  }
  throw Error("shard: \"" + text + "\", expected i/n with 1 <= i <= n, as in 1/2");
}

std::vector<AblationRun> shard_of(const std::vector<AblationRun>& runs, const Shard& shard) {
  std::vector<AblationRun> chosen;
  for (size_t i = static_cast<size_t>(shard.index - 1); i < runs.size();
       i += static_cast<size_t>(shard.count)) {
    chosen.push_back(runs[i]);
  }
  return chosen;
}

JobOptions resolved_jobs(const JobOptions& asked, int64_t runs_left, int64_t cores) {
  JobOptions options = asked;
  if (options.jobs == 0) {
    const int64_t each = std::max<int64_t>(options.threads, 1);
    options.jobs = std::clamp<int64_t>(cores / each, 1, std::max<int64_t>(runs_left, 1));
  }
  if (options.threads == 0) options.threads = std::max<int64_t>(cores / options.jobs, 1);
  return options;
}

// Of a run that has begun or left a record, the settings with which it did; nothing of another.
static std::optional<std::map<std::string, std::string>> begun_with(const AblationRun& run) {
  if (std::filesystem::exists(run.record)) return read_record(run.record).settings;
  const RunDirectory directory(run.config->out);
  if (!directory.holds_checkpoint()) return std::nullopt;  // nothing that could be mixed up
  std::map<std::string, std::string> settings = read_identity(directory.file("last.safetensors")).settings;
  const std::unique_ptr<RunConfig> defaults = run.config->fresh(), stored = run.config->fresh();
  directory.resume_into(*stored, *defaults);
  settings["data"] = stored->data;
  return settings;
}

void check_existing_runs(const std::vector<AblationRun>& runs) {
  for (const AblationRun& run : runs) {
    std::optional<std::map<std::string, std::string>> expected = begun_with(run);
    if (!expected) continue;
    std::map<std::string, std::string> found = settings_of(*run.config);
    if (expected->contains("data")) found["data"] = run.config->data;
    std::erase_if(*expected,
                  [&](const auto& setting) { return !found.contains(setting.first); });  // what the data hold
    const std::vector<std::string> changed =
        setting_differences(*expected, found, settings_of(*run.config->fresh()));
    if (!changed.empty()) {
      throw Error(run.config->out + ": cannot go on with other settings than those it began with:\n  " +
                  join(changed, "\n  "));
    }
  }
}

void keep_records(const Ablation& ablation, const std::vector<AblationRun>& runs) {
  for (const AblationRun& run : runs) {
    const RunDirectory directory(run.config->out);
    if (std::filesystem::exists(run.record) || !is_finished(directory)) continue;
    make_folder(std::filesystem::path(run.record).parent_path().string());
    write_file_atomically(run.record, to_text(record_of(directory, *ablation.task)));
  }
}

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string name_of(const AblationRun& run) { return run.arm + " seed " + std::to_string(run.config->seed); }

// What the program said last about an error, or else anything.
std::string last_words(const std::string& log) {
  std::ifstream file(log);
  std::string last;
  bool error = false;
  for (std::string line; std::getline(file, line);) {
    const bool is_error = line.starts_with("eca: ");
    if (line.empty() || (error && !is_error)) continue;
    last = line;
    error = is_error;
  }
  return last;
}

struct Training {
  AblationRun run;
  RunDirectory directory;
  FolderLock lock;
  pid_t child;
  double part_before;  // of it done in earlier sittings

  std::string log() const { return directory.file("log.txt"); }
};

class Pool {
 public:
  Pool(const Ablation& ablation, const std::vector<AblationRun>& runs, const JobOptions& options);
  AblateResult work();

 private:
  void start_waiting();
  bool start(const AblationRun& run);
  void collect();
  void end(const Training& training, const ChildEnd& how);
  void ask_to_stop();
  std::string status() const;

  const Ablation& ablation_;
  JobOptions options_;
  std::deque<AblationRun> waiting_;
  std::vector<Training> running_;
  size_t done_ = 0, total_ = 0;
  double parts_ended_ = 0;  // of runs, trained in this sitting by children that ended
  AblateResult result_;
  ProgressLine line_;
  Clock::time_point began_ = Clock::now(), last_change_ = began_;
};

Pool::Pool(const Ablation& ablation, const std::vector<AblationRun>& runs, const JobOptions& options)
    : ablation_(ablation), total_(runs.size()) {
  for (const AblationRun& run : runs) {
    if (std::filesystem::exists(run.record)) {
      ++done_;
    } else {
      waiting_.push_back(run);
    }
  }
  options_ = resolved_jobs(options, static_cast<int64_t>(waiting_.size()), cores_of_this_rank());
  if (waiting_.empty()) return;
  line_.keep(format("%zu of %zu runs to train, %lld at a time with %lld thread%s each", waiting_.size(),
                    total_, static_cast<long long>(options_.jobs), static_cast<long long>(options_.threads),
                    options_.threads == 1 ? "" : "s"));
}

AblateResult Pool::work() {
  using namespace std::chrono_literals;
  constexpr double kPatience = 5;  // seconds, for runs that another process holds
  const InterruptGuard interrupt;
  while (!running_.empty() || (!waiting_.empty() && !result_.interrupted)) {
    if (interrupt.requested() && !result_.interrupted) ask_to_stop();
    if (!result_.interrupted) start_waiting();
    if (running_.empty() && seconds_since(last_change_) > kPatience) {
      result_.elsewhere = static_cast<int64_t>(waiting_.size());
      break;
    }
    std::this_thread::sleep_for(50ms);
    collect();
    if (!running_.empty()) line_.update(status());
  }
  return result_;
}

// Tries each waiting run at most once: those that another process holds stay at the end of the queue.
void Pool::start_waiting() {
  for (size_t tries = waiting_.size(); tries > 0; --tries) {
    if (running_.size() >= static_cast<size_t>(options_.jobs)) return;
    const AblationRun run = waiting_.front();
    waiting_.pop_front();
    if (start(run)) {
      last_change_ = Clock::now();
    } else {
      waiting_.push_back(run);
    }
  }
}

// False if another process is at work on the run.
bool Pool::start(const AblationRun& run) {
  const RunDirectory directory(run.config->out);
  make_folder(directory.path(), "run directory");
  FolderLock lock(directory.path(), /*wait=*/false);
  if (!lock.held()) return false;
  if (is_finished(directory)) {  // by another process, meanwhile
    keep_records(ablation_, {run});
    ++done_;
    return true;
  }
  if (!directory.holds_checkpoint())
    write_file_atomically(directory.file("config.txt"), to_text(*run.config));
  const double before = part_done(directory, *run.config);
  std::vector<std::string> arguments = ablation_.task->command();
  for (const std::string& word : {std::string("--resume"), std::string("--out"), directory.path(),
                                  std::string("--threads"), std::to_string(options_.threads)})
    arguments.push_back(word);
  const pid_t child = start_child(arguments, directory.file("log.txt"), lock);
  running_.push_back({run, directory, std::move(lock), child, before});
  line_.keep((before > 0 ? "resume  " : "start   ") + name_of(run));
  return true;
}

void Pool::collect() {
  for (size_t i = 0; i < running_.size();) {
    const std::optional<ChildEnd> how = ask_child(running_[i].child);
    if (!how) {
      ++i;
      continue;
    }
    end(running_[i], *how);
    running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
    last_change_ = Clock::now();
  }
}

void Pool::end(const Training& training, const ChildEnd& how) {
  const std::string name = name_of(training.run);
  parts_ended_ += part_done(training.directory, *training.run.config) - training.part_before;
  if (how.signal == 0 && how.code == 0 && is_finished(training.directory)) {
    ++done_;
    keep_records(ablation_, {training.run});
    Metrics last = last_metrics(training.directory);
    std::string scores;
    for (const Score& score : ablation_.scores)
      scores += format("%s %.2f %%, ", score.name.c_str(), score.scale * last[score.column]);
    return line_.keep("done    " + name + ": " + scores + duration_text(last["seconds"]));
  }
  const bool asked = how.code == kInterruptedCode || how.signal == SIGINT || how.signal == SIGTERM;
  if (result_.interrupted && asked) return line_.keep("stopped " + name);
  ++result_.failed;
  line_.keep("FAILED  " + name + ": " + how.text() + ", see " + training.log() + "\n        " +
             last_words(training.log()));
}

void Pool::ask_to_stop() {
  result_.interrupted = true;
  line_.keep("stopping: the runs write their checkpoints");
  for (const Training& training : running_) kill(training.child, SIGTERM);
}

std::string Pool::status() const {
  double parts = parts_ended_, left = static_cast<double>(waiting_.size());
  std::string names;
  for (const Training& training : running_) {
    const double part = part_done(training.directory, *training.run.config);
    parts += part - training.part_before;
    left += 1 - part;
    names += (names.empty() ? " (" : ", ") + name_of(training.run) + format(" %.0f %%", 100 * part);
  }
  const std::string time =
      parts > 0 ? duration_text(seconds_since(began_) * left / parts) + " left" : "time left not known yet";
  return format("%zu of %zu done, %zu waiting, %s, %zu running", done_, total_, waiting_.size(), time.c_str(),
                running_.size()) +
         names + (names.empty() ? "" : ")");
}

}  // namespace

AblateResult train_runs(const Ablation& ablation, const std::vector<AblationRun>& runs,
                        const JobOptions& options) {
  keep_records(ablation, runs);  // of runs that were trained by themselves, or before there were records
  return Pool(ablation, runs, options).work();
}

}  // namespace eca
