#include "experiments/detection/detect_trainer.hpp"

#include <cmath>
#include <filesystem>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "core/optim/schedule.hpp"
#include "data/file_bytes.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/progress_line.hpp"
#include "experiments/detection/batch_targets.hpp"
#include "experiments/detection/detect_plots.hpp"
#include "experiments/detection/detect_progress.hpp"
#include "experiments/detection/detector_file.hpp"
#include "experiments/detection/detector_json.hpp"
#include "experiments/detection/evaluate_detector.hpp"
#include "experiments/training/fine_tuning.hpp"
#include "experiments/training/live_progress.hpp"
#include "experiments/training/not_finite.hpp"
#include "experiments/training/optimizers.hpp"
#include "experiments/training/resume.hpp"
#include "experiments/training/stopwatch.hpp"
#include "layers/state_dict.hpp"

namespace eca {

namespace {

class DetectTrainer {
 public:
  DetectTrainer(const DetectConfig& config, const DetectionData& data, const RunDirectory& directory,
                DetectObserver* observer);
  void take_initial_weights();
  void go_on(bool accept_changed_data);
  DetectTrainResult run(const std::function<bool()>& stop_asked);

 private:
  void train_step(const DetectionBatch& batch);
  void add_losses(const DetectorLosses& losses, int64_t images);
  void begin_epoch(int64_t epoch);
  void end_epoch();
  DetectorScores evaluate();
  std::string metrics_row(const DetectorScores* scores) const;
  void accept_data(const Resumed& resumed);
  void prolong(const Identity& shorter);
  void save_last();
  void write_weights(const std::string& name);
  void show_progress();
  void report_step(const DetectorLosses& losses);
  void report_epoch(const DetectorScores* scores);
  void check_parameters() const;
  DetectTrainResult finish();
  bool has_masks() const { return network_->config().kind == DetectorKind::mask_rcnn; }
  bool done() const { return progress_.step >= schedule_.total_steps; }
  double seconds_in_all() const { return seconds_before_ + watch_.seconds(); }
  double images_per_second() const {
    return step_seconds_ > 0 ? static_cast<double>(step_images_) / step_seconds_ : 0;
  }

  const DetectConfig& config_;
  const DetectionData& data_;
  const RunDirectory& directory_;
  Identity identity_;
  DetectorCard card_;
  std::unique_ptr<Detector> network_;
  DetectionLoader loader_;
  Schedule schedule_;
  std::unique_ptr<Optimizer> optimizer_;
  CocoDataset truth_;  // of the test images
  DetectProgress progress_;
  ProgressLine line_;
  LiveProgressFile live_;
  DetectObserver* observer_;  // null: none

  Stopwatch watch_, since_checkpoint_;
  double seconds_before_ = 0;  // of earlier sittings
  double step_seconds_ = 0;    // spent in training steps, this sitting
  int64_t step_images_ = 0;    // images of those steps
  int64_t first_step_ = 0;     // of this sitting
};

std::unique_ptr<Optimizer> initialised_optimizer(const DetectConfig& config, Detector& network) {
  network.initialise(static_cast<uint64_t>(config.seed));
  return make_optimizer(config, freeze(network, config.freeze));
}

DetectTrainer::DetectTrainer(const DetectConfig& config, const DetectionData& data,
                             const RunDirectory& directory, DetectObserver* observer)
    : config_(config),
      data_(data),
      directory_(directory),
      identity_(identity_of(config, data, arithmetic_record())),
      card_(card_of(config, data.normalisation, data.train->classes())),
      network_(make_detector(detector_config(config, std::ssize(card_.classes)))),
      loader_(*data.train, data.normalisation,
              {.batch_size = config.batch_size,
               .canvas = card_.canvas,
               .shuffle = true,
               .drop_last = data.train->size() >= config.batch_size,  // unless it is the only one
               .augment = parse_detection_augment(config.augment),
               .seed = static_cast<uint64_t>(config.seed)}),
      schedule_(parse_schedule(config.schedule)),
      optimizer_(initialised_optimizer(config, *network_)),
      truth_(data.test->truth()),
      live_(directory),
      observer_(observer) {
  schedule_.peak = config.lr;
  schedule_.epoch_steps = loader_.batches();
  schedule_.total_steps = config.steps > 0 ? config.steps : config.epochs * schedule_.epoch_steps;
}

void DetectTrainer::take_initial_weights() {
  if (!config_.init.empty()) load_detector_weights(*network_, config_.init);
  if (!config_.backbone_weights.empty())
    line_.keep(load_backbone_weights(*network_, config_.backbone_weights));
}

void DetectTrainer::go_on(bool accept_changed_data) {
  const Resumed resumed = resume_run(directory_, identity_, settings_of(DetectConfig{}), accept_changed_data,
                                     "--init " + directory_.path() + " --out ELSEWHERE", [this] {
                                       progress_ = load_detect_checkpoint(directory_.file("last.safetensors"),
                                                                          *network_, *optimizer_);
                                       return progress_.epoch;
                                     });
  seconds_before_ = progress_.seconds;
  identity_.earlier_epochs = resumed.then.earlier_epochs;
  identity_.earlier_data = resumed.then.earlier_data;
  if (!resumed.other_data.empty()) accept_data(resumed);
  line_.keep(resuming_text(config_, schedule_, progress_.step));
  if (resumed.longer) prolong(resumed.then);
  directory_.write_config(config_);
  if (!done())
    std::filesystem::remove(directory_.file("weights.safetensors"));  // of the end, which is to come
}

// The epoch under way begins again, with the batches that there are now: a place in it would lie among other images.
void DetectTrainer::accept_data(const Resumed& resumed) {
  note_other_data(directory_, resumed, progress_.epoch, identity_);
  begin_epoch(progress_.epoch);
  progress_.step = progress_.epoch * schedule_.epoch_steps;
  if (resumed.then.sets.at(kTestImages) != identity_.sets.at(kTestImages))
    progress_.best_ap = -1;  // it was of other images
}

// The checkpoint comes first: with it the run is the longer one, whatever of the rest is still done.
void DetectTrainer::prolong(const Identity& shorter) {
  const std::string& epochs_then = shorter.settings.at("epochs");
  identity_.earlier_epochs.push_back(epochs_then);
  save_last();
  line_.keep(prolonged_text(epochs_then, config_, schedule_, progress_.step));
}

DetectTrainResult DetectTrainer::run(const std::function<bool()>& stop_asked) {
  if (!done()) warn_of_late_milestones(schedule_, config_.schedule);
  first_step_ = progress_.step;
  write_file_atomically(directory_.file("environment.txt"),
                        environment_record() + eca_kernel_sizes(*network_));
  write_file_atomically(directory_.file("detector.json"), detector_json(*network_, card_));
  write_file_atomically(directory_.file("metrics.csv"), progress_.metrics);
  if (observer_ != nullptr && !done()) observer_->begin(progress_.step, schedule_.total_steps);
  DetectionBatch batch;
  while (!done()) {
    loader_.start_epoch(progress_.epoch, progress_.batch);
    while (!done() && loader_.next(batch)) {
      train_step(batch);
      show_progress();
      if (done() || progress_.batch == loader_.batches()) {
        end_epoch();
      } else if (since_checkpoint_.seconds() > config_.checkpoint_every) {
        save_last();
      }
      if (stop_asked() && !done()) {
        save_last();
        return {.interrupted = true, .seconds = seconds_in_all()};
      }
    }
  }
  return finish();
}

void DetectTrainer::train_step(const DetectionBatch& batch) {
  const Stopwatch stopwatch;
  const std::vector<ImageTargets> targets = targets_of(batch, has_masks(), data_.train->name());
  const Tensor images = batch.tensor();
  optimizer_->prepare(schedule_.lr(progress_.step));
  optimizer_->clear_grads();
  Tape tape;
  const DetectorLosses losses = network_->losses(
      images, targets,
      {.seed = static_cast<uint64_t>(config_.seed), .step = static_cast<uint64_t>(progress_.step)});
  const auto loss = static_cast<double>(losses.sum.item());
  if (!std::isfinite(loss)) {
    throw_diverged(directory_, schedule_, progress_.step, format("the loss is %g", loss),
                   where_not_finite(*network_, images));
  }
  tape.backward(losses.sum);
  optimizer_->update();
  add_losses(losses, batch.size());
  ++progress_.batch;
  ++progress_.step;
  step_images_ += batch.size();
  step_seconds_ += stopwatch.seconds();
  if (observer_ != nullptr) report_step(losses);
}

void DetectTrainer::report_step(const DetectorLosses& losses) {
  std::vector<NamedNumber> numbers = {{"loss", static_cast<double>(losses.sum.item())}};
  for (const NamedLoss& part : losses.parts)
    numbers.push_back({part.name, static_cast<double>(part.value.item())});
  numbers.push_back({"learning_rate", schedule_.lr(progress_.step - 1)});
  observer_->step(progress_.step, numbers);
}

void DetectTrainer::add_losses(const DetectorLosses& losses, int64_t images) {
  if (progress_.losses.empty()) {
    for (const NamedLoss& part : losses.parts) progress_.losses.push_back({.name = part.name});
  }
  for (size_t i = 0; i < losses.parts.size(); ++i) {
    progress_.losses[i].sum +=
        static_cast<double>(losses.parts[i].value.item()) * static_cast<double>(images);
  }
  progress_.images += images;
}

void DetectTrainer::show_progress() {
  const double per_step = watch_.seconds() / static_cast<double>(progress_.step - first_step_);
  const double left = per_step * static_cast<double>(schedule_.total_steps - progress_.step);
  line_.update(format("epoch %lld  step %lld/%lld  loss %.3f  %.0f img/s  %s left",
                      static_cast<long long>(progress_.epoch + 1), static_cast<long long>(progress_.step),
                      static_cast<long long>(schedule_.total_steps), mean_loss(progress_),
                      images_per_second(), duration_text(left).c_str()));
  if (!live_.is_due()) return;
  live_.write({.epoch = progress_.epoch + 1,
               .batch = progress_.batch,
               .batches = loader_.batches(),
               .step = progress_.step,
               .steps = schedule_.total_steps,
               .loss = mean_loss(progress_),
               .accuracy = std::nullopt,
               .images_per_second = images_per_second(),
               .seconds_left = left});
}

// At its first batch, with nothing summed up.
void DetectTrainer::begin_epoch(int64_t epoch) {
  progress_.epoch = epoch;
  progress_.batch = progress_.images = 0;
  for (LossSum& loss : progress_.losses) loss.sum = 0;
}

DetectorScores DetectTrainer::evaluate() {
  check_parameters();
  const DetectionsFound found =
      detect_all(*network_, *data_.test, card_.normalisation, card_.canvas, [this](int64_t images) {
        line_.update(format("epoch %lld  test image %lld/%lld", static_cast<long long>(progress_.epoch + 1),
                            static_cast<long long>(images), static_cast<long long>(data_.test->size())));
      });
  DetectorScores scores = scores_of(truth_, found.detections, has_masks());
  progress_.last_box_ap = scores.boxes.all.ap;
  progress_.last_mask_ap = scores.masks ? scores.masks->all.ap : -1;
  return scores;
}

// The columns of metrics.csv that say what was found; -1 where there is no number. scores: null where not evaluated.
std::vector<NamedNumber> ap_columns(const DetectorScores* scores, bool has_masks) {
  std::vector<NamedNumber> columns;
  const auto add_columns = [&](const std::string& what, const CocoScores* of_it) {
    const CocoNumbers numbers = of_it != nullptr ? of_it->all : CocoNumbers{};
    columns.push_back({what + "_ap", numbers.ap});
    columns.push_back({what + "_ap50", numbers.ap50});
    columns.push_back({what + "_ap75", numbers.ap75});
  };
  add_columns("box", scores != nullptr ? &scores->boxes : nullptr);
  if (has_masks) add_columns("mask", scores != nullptr && scores->masks ? &*scores->masks : nullptr);
  return columns;
}

std::string header_of(const DetectProgress& progress, bool has_masks) {
  std::string header = "epoch,step,lr,train_loss";
  for (const LossSum& loss : progress.losses) header += "," + loss.name;
  for (const NamedNumber& column : ap_columns(nullptr, has_masks)) header += "," + column.name;
  return header + ",images_per_second,seconds\n";
}

std::string DetectTrainer::metrics_row(const DetectorScores* scores) const {
  const auto images = static_cast<double>(progress_.images);
  std::string row =
      format("%lld,%lld,%.9g,%.9g", static_cast<long long>(progress_.epoch + 1),
             static_cast<long long>(progress_.step), schedule_.lr(progress_.step - 1), mean_loss(progress_));
  for (const LossSum& loss : progress_.losses) row += format(",%.9g", loss.sum / images);
  for (const NamedNumber& column : ap_columns(scores, has_masks()))
    row += column.value < 0 ? ",nan" : format(",%.9g", column.value);
  return row + format(",%.1f,%.1f\n", images_per_second(), seconds_in_all());
}

void DetectTrainer::report_epoch(const DetectorScores* scores) {
  const auto images = static_cast<double>(progress_.images);
  std::vector<NamedNumber> numbers = {{"train_loss", mean_loss(progress_)}};
  for (const LossSum& loss : progress_.losses) numbers.push_back({loss.name, loss.sum / images});
  for (const NamedNumber& column : ap_columns(scores, has_masks())) {
    if (column.value >= 0) numbers.push_back(column);
  }
  numbers.push_back({"images_per_second", images_per_second()});
  observer_->epoch(progress_.step, numbers);
}

std::string ap_text(const char* what, const CocoNumbers& numbers) {
  if (numbers.ap < 0) return format("%s AP -   ", what);
  return format("%s AP %.4f  AP50 %.4f   ", what, numbers.ap, numbers.ap50);
}

void DetectTrainer::end_epoch() {
  const bool evaluated = done() || (progress_.epoch + 1) % config_.evaluate_every == 0;
  std::optional<DetectorScores> scores;
  if (evaluated) scores = evaluate();
  if (progress_.metrics.empty()) progress_.metrics = header_of(progress_, has_masks());
  progress_.metrics += metrics_row(scores ? &*scores : nullptr);
  line_.keep(format("epoch %3lld  train loss %.4f   ", static_cast<long long>(progress_.epoch + 1),
                    mean_loss(progress_)) +
             (scores ? ap_text("box", scores->boxes.all) : "") +
             (scores && scores->masks ? ap_text("mask", scores->masks->all) : "") +
             format("%.0f img/s  %s", images_per_second(), duration_text(seconds_in_all()).c_str()));
  if (observer_ != nullptr) report_epoch(scores ? &*scores : nullptr);
  const double ap = has_masks() ? progress_.last_mask_ap : progress_.last_box_ap;
  if (evaluated && ap > progress_.best_ap) {
    progress_.best_ap = ap;
    write_weights("best.safetensors");
  }
  begin_epoch(progress_.epoch + 1);
  save_last();
  write_file_atomically(directory_.file("metrics.csv"), progress_.metrics);
}

void DetectTrainer::check_parameters() const {
  if (const Parameter* bad = first_not_finite(*network_)) {
    throw_diverged(directory_, schedule_, progress_.step, "the parameter " + bad->name + " is not finite",
                   where_not_finite(*network_, {}));
  }
}

void DetectTrainer::save_last() {
  check_parameters();  // keep the last good checkpoint
  progress_.seconds = seconds_in_all();
  save_checkpoint(directory_.file("last.safetensors"), *network_, *optimizer_, progress_, card_, identity_);
  since_checkpoint_ = {};
}

// The network's weights as they are now, with the card, in a file of the run directory.
void DetectTrainer::write_weights(const std::string& name) {
  TensorFile weights = save_state(*network_);
  weights.metadata = to_metadata(card_);
  write_safetensors(directory_.file(name), weights);
}

DetectTrainResult DetectTrainer::finish() {
  write_weights("weights.safetensors");
  live_.remove();
  plot_detect_training(directory_.file("metrics.csv"), directory_.file("training.png"),
                       config_.model + " on " + data_.name);
  return {.box_ap = progress_.last_box_ap,
          .mask_ap = progress_.last_mask_ap,
          .seconds = seconds_in_all(),
          .images_per_second = images_per_second(),
          .weights_sha256 = sha256_of_file(directory_.file("weights.safetensors"))};
}

}  // namespace

DetectTrainResult train_detector(const DetectConfig& config, const DetectionData& data,
                                 const RunDirectory& directory, Start start,
                                 const std::function<bool()>& stop_asked, DetectObserver* observer) {
  RunDirectory owned = directory;
  DetectTrainer trainer(config, data, owned, observer);
  const bool resumes = start == Start::resume || start == Start::resume_on_changed_data;
  const bool goes_on = resumes && owned.holds_checkpoint();
  if (!goes_on) trainer.take_initial_weights();
  owned.own();
  if (goes_on) {
    trainer.go_on(start == Start::resume_on_changed_data);
  } else {
    owned.create(config, start == Start::overwrite);
  }
  return trainer.run(stop_asked);
}

}  // namespace eca
