#include "experiments/training/trainer.hpp"

#include <cmath>
#include <filesystem>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/sha256.hpp"
#include "core/optim/schedule.hpp"
#include "core/parallel/agreement.hpp"
#include "core/parallel/leaves.hpp"
#include "data/file_bytes.hpp"
#include "data/loader.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/common/progress_line.hpp"
#include "experiments/training/checkpoint.hpp"
#include "experiments/training/class_weights.hpp"
#include "experiments/training/evaluate.hpp"
#include "experiments/training/fine_tuning.hpp"
#include "experiments/training/live_progress.hpp"
#include "experiments/training/not_finite.hpp"
#include "experiments/training/optimizers.hpp"
#include "experiments/training/plots.hpp"
#include "experiments/training/resume.hpp"
#include "experiments/training/stopwatch.hpp"
#include "experiments/training/training_step.hpp"
#include "layers/dropout.hpp"
#include "layers/state_dict.hpp"

namespace eca {

namespace {

const char* const kMetricsHeader = "epoch,step,lr,train_loss,train_accuracy,test_loss,test_accuracy,seconds";
const char* const kTop5Column = ",test_top5";  // behind the others, whose places programs may know

class Trainer {
 public:
  Trainer(const TrainConfig& config, const Dataset& data, const RunDirectory& directory,
          TrainingObserver* observer);
  void take_initial_weights();
  void agree(bool goes_on) const;
  void go_on(bool accept_changed_data);
  TrainResult run(const std::function<bool()>& stop_asked);

 private:
  void train_part(const Batch& batch);
  void finish_step();
  void name_unreadable();
  void begin_epoch(int64_t epoch);
  void end_epoch();
  void accept_data(const Resumed& resumed);
  void prolong(const Identity& shorter);
  void save_last();
  void write_weights(const std::string& name);
  void show_progress();
  void report_epoch(const Evaluation& test, bool evaluated);
  TrainResult finish();
  [[noreturn]] void report_divergence(const Tensor& x, const std::string& what);
  double seconds_in_all() const { return seconds_before_ + watch_.seconds(); }
  bool done() const { return progress_.step >= schedule_.total_steps; }
  // Of the batch that a step takes in parts: the one that comes next. 0: a new step.
  int64_t next_part() const { return progress_.batch % config_.accumulate; }
  // The loader's batches, parts of steps, of the whole steps of an epoch.
  int64_t epoch_batches() const { return schedule_.epoch_steps * config_.accumulate; }

  const TrainConfig& config_;
  const Dataset& data_;
  const RunDirectory& directory_;
  Identity identity_;
  ModelCard card_;
  std::unique_ptr<Module> network_;
  Loader loader_;
  Schedule schedule_;
  std::unique_ptr<Optimizer> optimizer_;
  TrainingStep step_;
  Progress progress_;
  Progress of_step_;  // loss and right answers of the parts so far of the step under way
  ProgressLine line_;
  LiveProgressFile live_;
  TrainingObserver* observer_;  // null: none

  Stopwatch watch_, since_checkpoint_;
  double seconds_before_ = 0;  // of earlier sittings
  double step_seconds_ = 0;    // spent in training steps, this sitting
  int64_t step_images_ = 0;    // images of those steps
  int64_t first_step_ = 0;     // of this sitting
};

// Of the ranks that train together, the one that writes files. All others have the same numbers.
static bool writes() { return rank() == 0; }

static std::string hash_of_parameters(Module& network) {
  Sha256 hash;
  for (const Parameter* parameter : network.parameters()) {
    const std::vector<real> values = parameter->value.values();
    hash.update(values.data(), values.size() * sizeof(real));
  }
  return hash.hex();
}

static std::string lines_of(const std::map<std::string, std::string>& map) {
  std::string text;
  for (const auto& [key, value] : map) text += (text.empty() ? "" : "\n  ") + key + " = " + value;
  return text;
}

static std::unique_ptr<Optimizer> initialised_optimizer(const TrainConfig& config, Module& network) {
  network.initialise(static_cast<uint64_t>(config.seed));
  return make_optimizer(config, freeze(network, config.freeze));
}

Trainer::Trainer(const TrainConfig& config, const Dataset& data, const RunDirectory& directory,
                 TrainingObserver* observer)
    : config_(config),
      data_(data),
      directory_(directory),
      identity_(identity_of(config, data, arithmetic_record())),
      card_{
          .model = model_config(config, data.train.channels, static_cast<int64_t>(data.train.classes.size())),
          .image_size = data.train.height,
          .resize = data.resize,
          .normalisation = data.normalisation,
          .classes = data.train.classes},
      network_(make_model(card_.model)),
      loader_(data.train, data.normalisation,
              {.batch_size = config.batch_size / config.accumulate,
               .shuffle = true,
               .balanced = config.sampling == "balanced",
               .drop_last = data.train.size() >= config.batch_size,  // unless it is the only one
               .augment = parse_augment(config.augment),
               .seed = static_cast<uint64_t>(config.seed),
               .part = part_of_batch,
               .threads = static_cast<int>(config.loader_threads)}),
      schedule_(parse_schedule(config.schedule)),
      optimizer_(initialised_optimizer(config, *network_)),
      step_(*network_, *optimizer_, data.train, config.label_smoothing,
            class_weights(config.class_weights, data.train), config.accumulate),
      live_(directory),
      observer_(observer) {
  schedule_.peak = config.lr;
  schedule_.epoch_steps = loader_.batches() / config.accumulate;
  schedule_.total_steps = config.steps > 0 ? config.steps : config.epochs * schedule_.epoch_steps;
  if (schedule_.epoch_steps == 0) {
    throw Error(
        format("accumulate: a step takes %lld parts of %lld images, but there are %lld training images",
               static_cast<long long>(config.accumulate),
               static_cast<long long>(config.batch_size / config.accumulate),
               static_cast<long long>(data.train.size())));
  }
  progress_.metrics = std::string(kMetricsHeader) + (has_top5(card_.classes) ? kTop5Column : "") + "\n";
}

void Trainer::take_initial_weights() {
  if (config_.init.empty()) return;
  for (const std::string& note : load_initial_weights(*network_, card_.model, config_.init)) line_.keep(note);
}

// Ranks that differ in anything that decides numbers would train something that nobody asked for.
void Trainer::agree(bool goes_on) const {
  if (ranks() == 1) return;
  check_same_on_all_ranks("program", program_hash());
  check_same_on_all_ranks("machine and build", lines_of(identity_.arithmetic));
  check_same_on_all_ranks("configuration", lines_of(identity_.settings));
  check_same_on_all_ranks("data", data_text(identity_));
  check_same_on_all_ranks("run directory " + directory_.path(),
                          goes_on ? "holds a checkpoint" : "holds none");
}

void Trainer::go_on(bool accept_changed_data) {
  const Resumed resumed =
      resume_run(directory_, identity_, settings_of(TrainConfig{}), accept_changed_data,
                 "--init " + directory_.path() + " --out ELSEWHERE", [this] {
                   progress_ = load_checkpoint(directory_.file("last.safetensors"), *network_, *optimizer_);
                   return progress_.epoch;
                 });
  const Identity& then = resumed.then;
  seconds_before_ = progress_.seconds;
  identity_.earlier_epochs = then.earlier_epochs;
  identity_.earlier_data = then.earlier_data;
  if (!resumed.other_data.empty()) accept_data(resumed);
  line_.keep(resuming_text(config_, schedule_, progress_.step));
  if (resumed.longer) prolong(then);
  if (!writes()) return;
  directory_.write_config(config_);
  if (!done())
    std::filesystem::remove(directory_.file("weights.safetensors"));  // of the end, which is to come
}

// The epoch under way begins again, with the batches that there are now: a place in it would lie among other images.
void Trainer::accept_data(const Resumed& resumed) {
  note_other_data(directory_, resumed, progress_.epoch, identity_);
  begin_epoch(progress_.epoch);
  progress_.step = progress_.epoch * schedule_.epoch_steps;
  if (resumed.then.test != identity_.test) progress_.best_accuracy = -1;  // it was of other images
}

// The checkpoint comes first: with it the run is the longer one, whatever of the rest is still done.
void Trainer::prolong(const Identity& shorter) {
  const std::string& epochs_then = shorter.settings.at("epochs");
  identity_.earlier_epochs.push_back(epochs_then);
  save_last();
  line_.keep(prolonged_text(epochs_then, config_, schedule_, progress_.step));
}

TrainResult Trainer::run(const std::function<bool()>& stop_asked) {
  if (!done()) warn_of_late_milestones(schedule_, config_.schedule);
  first_step_ = progress_.step;
  if (ranks() > 1) {
    check_same_on_all_ranks("weights to begin with (is the run directory the same for all ranks?)",
                            "SHA-256 " + hash_of_parameters(*network_));
  }
  if (writes()) {
    write_file_atomically(directory_.file("environment.txt"),
                          environment_record() + eca_kernel_sizes(*network_));
    write_file_atomically(directory_.file("metrics.csv"), progress_.metrics);
  }
  if (observer_ != nullptr && !done()) observer_->begin(progress_.step, schedule_.total_steps);

  Batch batch;
  while (!done()) {
    const int64_t steps_before = progress_.step;
    loader_.start_epoch(progress_.epoch, progress_.batch);
    while (!done() && loader_.next(batch)) {
      if (observer_ != nullptr && next_part() == 0) observer_->batch(batch, progress_.step + 1);
      train_part(batch);
      if (next_part() != 0) continue;
      show_progress();
      if (done() || progress_.batch == epoch_batches()) {
        end_epoch();
      } else if (writes() && since_checkpoint_.seconds() > config_.checkpoint_every) {
        save_last();
      }
      if (on_any_rank(stop_asked()) && !done()) {
        save_last();
        name_unreadable();
        return {.interrupted = true, .seconds = seconds_in_all()};
      }
    }
    if (progress_.step == steps_before) {
      throw Error(
          format("%s: no progress: epoch %lld is to go on after batch %lld, but has only %lld batches",
                 directory_.path().c_str(), static_cast<long long>(progress_.epoch + 1),
                 static_cast<long long>(progress_.batch), static_cast<long long>(epoch_batches())));
    }
  }
  return finish();
}

// On a GPU the answer is that of the step before: while this one is asked for, that one may still run. A batch that is taken in parts
// is a step of its own for each of them, but for the update.
void Trainer::train_part(const Batch& batch) {
  const Stopwatch stopwatch;
  step_.take(batch);
  finish_step();
  Dropout::set_address(static_cast<uint64_t>(config_.seed),
                       static_cast<uint64_t>(progress_.step * config_.accumulate + next_part()));
  step_.begin(schedule_.lr(progress_.step), next_part());
  ++progress_.batch;
  if (next_part() == 0) ++progress_.step;
  if (place_of_results() == Place::host) finish_step();
  step_seconds_ += stopwatch.seconds();
}

static void add(Progress& p, const StepAnswer& found) {
  p.loss_sum += found.loss * static_cast<double>(found.images);
  p.correct += found.correct;
  p.images += found.images;
}

static double mean_loss(const Progress& p) { return p.loss_sum / static_cast<double>(p.images); }

static double accuracy(const Progress& p) {
  return 100 * static_cast<double>(p.correct) / static_cast<double>(p.images);
}

void Trainer::finish_step() {
  if (!step_.pending()) return;
  const StepAnswer found = step_.answer();
  if (!std::isfinite(found.loss)) {
    if (next_part() == 0) --progress_.step;
    report_divergence(step_.images(), format("the loss is %g", found.loss));
  }
  add(progress_, found);
  add(of_step_, found);
  step_images_ += found.images;
  if (next_part() != 0) return;
  if (observer_ != nullptr) {
    observer_->step({.step = progress_.step,
                     .lr = schedule_.lr(progress_.step - 1),
                     .loss = mean_loss(of_step_),
                     .accuracy = accuracy(of_step_)});
  }
  of_step_ = {};
}

void Trainer::show_progress() {
  if (progress_.images == 0) return;  // nothing answered yet
  const double rate = static_cast<double>(step_images_) / step_seconds_;
  const double per_step = watch_.seconds() / static_cast<double>(progress_.step - first_step_);
  const double left = per_step * static_cast<double>(schedule_.total_steps - progress_.step);
  line_.update(format("epoch %lld  step %lld/%lld  loss %.3f  accuracy %.1f %%  %.0f img/s  %s left",
                      static_cast<long long>(progress_.epoch + 1), static_cast<long long>(progress_.step),
                      static_cast<long long>(schedule_.total_steps), mean_loss(progress_),
                      accuracy(progress_), rate, duration_text(left).c_str()));
  if (!writes() || !live_.is_due()) return;
  live_.write({.epoch = progress_.epoch + 1,
               .batch = progress_.batch,
               .batches = epoch_batches(),
               .step = progress_.step,
               .steps = schedule_.total_steps,
               .loss = mean_loss(progress_),
               .accuracy = accuracy(progress_),
               .images_per_second = rate,
               .seconds_left = left});
}

// Not in a run that was begun by an earlier version: its rows go on as they are.
static bool has_top5_column(const std::string& metrics) {
  return metrics.substr(0, metrics.find('\n')).ends_with(kTop5Column);
}

// At its first batch, with nothing summed up.
void Trainer::begin_epoch(int64_t epoch) {
  progress_.epoch = epoch;
  progress_.batch = 0;
  progress_.loss_sum = 0;
  progress_.correct = progress_.images = 0;
}

// The images that were passed over, of what was read until here.
void Trainer::name_unreadable() {
  if (data_.train.unreadable)
    loader_.wait_for_ahead();  // within an epoch: so that the same are named each time
  for (const ImageSet* set : {&data_.train, &data_.test}) warn_of_unreadable(*set);
}

void Trainer::end_epoch() {
  finish_step();
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();  // "nan" in metrics.csv
  const bool evaluated = done() || (progress_.epoch + 1) % config_.evaluate_every == 0;
  const Evaluation test = evaluated ? evaluate(*network_, data_.test, data_.normalisation, /*batch_size=*/250,
                                               static_cast<int>(config_.loader_threads))
                                    : Evaluation{.loss = kNone, .accuracy = kNone, .top5 = kNone};
  const bool top5 = has_top5(card_.classes);
  if (evaluated) progress_.last_accuracy = test.accuracy;
  if (evaluated && top5) progress_.last_top5 = test.top5;
  const double lr = schedule_.lr(progress_.step - 1);
  progress_.metrics +=
      format("%lld,%lld,%.9g,%.9g,%.9g,%.9g,%.9g,%.1f", static_cast<long long>(progress_.epoch + 1),
             static_cast<long long>(progress_.step), lr, mean_loss(progress_), accuracy(progress_), test.loss,
             test.accuracy, seconds_in_all()) +
      (has_top5_column(progress_.metrics) ? format(",%.9g", test.top5) : "") + "\n";
  line_.keep(format("epoch %3lld  train loss %.4f  accuracy %5.2f %%   ",
                    static_cast<long long>(progress_.epoch + 1), mean_loss(progress_), accuracy(progress_)) +
             (evaluated ? format("test loss %.4f  accuracy %5.2f %%   ", test.loss, test.accuracy) : "") +
             (evaluated && top5 ? format("top-5 %5.2f %%   ", test.top5) : "") +
             format("%.0f img/s  %s", static_cast<double>(step_images_) / step_seconds_,
                    duration_text(seconds_in_all()).c_str()));
  name_unreadable();
  if (test.not_finite > 0) line_.keep("warning: " + not_finite_text(test));
  if (observer_ != nullptr) report_epoch(test, evaluated);
  if (test.not_finite == 0 && test.accuracy > progress_.best_accuracy) {
    progress_.best_accuracy = test.accuracy;
    write_weights("best.safetensors");
  }
  begin_epoch(progress_.epoch + 1);
  save_last();
  if (writes()) write_file_atomically(directory_.file("metrics.csv"), progress_.metrics);
}

void Trainer::report_epoch(const Evaluation& test, bool evaluated) {
  EpochReport report = {.epoch = progress_.epoch + 1,
                        .step = progress_.step,
                        .train_loss = mean_loss(progress_),
                        .train_accuracy = accuracy(progress_),
                        .test = std::nullopt,
                        .images_per_second = static_cast<double>(step_images_) / step_seconds_};
  if (evaluated) {
    report.test = {.loss = test.loss, .accuracy = test.accuracy, .top5 = std::nullopt};
    if (has_top5(card_.classes)) report.test->top5 = test.top5;
  }
  observer_->epoch(report, *network_);
}

void Trainer::save_last() {
  finish_step();
  if (const Parameter* bad = first_not_finite(*network_)) {  // keep the last good checkpoint
    report_divergence({}, "the parameter " + bad->name + " is not finite");
  }
  if (!writes()) return;
  progress_.seconds = seconds_in_all();
  save_checkpoint(directory_.file("last.safetensors"), *network_, *optimizer_, progress_, card_, identity_);
  since_checkpoint_ = {};
}

void Trainer::report_divergence(const Tensor& x, const std::string& what) {
  throw_diverged(directory_, schedule_, progress_.step, what, where_not_finite(*network_, x));
}

// The network's weights as they are now, with the model card, in a file of the run directory.
void Trainer::write_weights(const std::string& name) {
  if (!writes()) return;
  TensorFile weights = save_state(*network_);
  weights.metadata = to_metadata(card_);
  write_safetensors(directory_.file(name), weights);
}

TrainResult Trainer::finish() {
  write_weights("weights.safetensors");
  if (!writes()) return {};
  live_.remove();
  TrainResult result;
  result.accuracy = progress_.last_accuracy;
  result.top5 = progress_.last_top5;
  result.seconds = seconds_in_all();
  result.images_per_second = step_seconds_ > 0 ? static_cast<double>(step_images_) / step_seconds_ : 0;
  result.weights_sha256 = sha256_of_file(directory_.file("weights.safetensors"));
  const std::string smoothed = config_.label_smoothing > 0
                                   ? format(" (train loss: labels smoothed by %g)", config_.label_smoothing)
                                   : "";
  plot_training(directory_.file("metrics.csv"), directory_.file("training.png"),
                config_.model + " on " + data_.name + smoothed);
  return result;
}

}  // namespace

TrainResult train(const TrainConfig& config, const Dataset& data, const RunDirectory& directory, Start start,
                  const std::function<bool()>& stop_asked, TrainingObserver* observer) {
  RunDirectory owned = directory;
  Trainer trainer(config, data, owned, observer);
  const bool accepts = start == Start::resume_on_changed_data;
  const bool goes_on = (start == Start::resume || accepts) && owned.holds_checkpoint();
  if (!goes_on) trainer.take_initial_weights();
  trainer.agree(goes_on);
  if (writes()) owned.own();
  if (goes_on) {
    trainer.go_on(accepts);
  } else if (writes()) {
    owned.create(config, start == Start::overwrite);
  }
  return trainer.run(stop_asked);
}

}  // namespace eca
