#include "experiments/training/training_step.hpp"

#include <algorithm>
#include <cmath>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/kernels/elementwise/copy.hpp"
#include "core/parallel/leaves.hpp"
#include "layers/cross_entropy.hpp"

namespace eca {

TrainingStep::TrainingStep(Module& network, Optimizer& optimizer, const ImageSet& set, double label_smoothing,
                           const std::vector<double>& class_weights, int64_t parts)
    : network_(network),
      optimizer_(optimizer),
      set_(set),
      label_smoothing_(label_smoothing),
      class_weights_(class_weights),
      parts_(parts),
      found_(Tensor::empty({2}).set_name("found")),
      download_(found_.numel()) {}

void TrainingStep::make_room(int64_t N) {
  images_ = Tensor::empty({N, set_.height, set_.width, set_.channels}).set_name("input");
  labels_ = std::make_unique<PinnedArray<int32_t>>(N);
  upload_ = std::make_unique<Upload>(images_.numel());
  replays_.clear();
  for (int64_t part = 0; part < parts_; ++part) replays_.push_back(std::make_unique<Replay>());
}

void TrainingStep::take(const Batch& batch) {
  if (!images_.defined() || images_.dim(0) != batch.size) make_room(batch.size);
  batch_ = &batch;
  whole_ = batch.whole;
  upload_->begin(std::span(batch.images).first(static_cast<size_t>(images_.numel())));
}

void TrainingStep::begin(double lr, int64_t part) {
  if (batch_ == nullptr || pending_)
    throw Error("training step: begun without a batch, or before the answer of the last one");
  upload_->finish(*images_.storage());
  for (size_t n = 0; n < batch_->labels.size(); ++n) (*labels_)[n] = batch_->labels[n];
  batch_ = nullptr;
  optimizer_.prepare(lr);
  const SharedBatch shared(whole_);
  part_ = part;
  (*replays_[static_cast<size_t>(part)])([this, part] { work(part); });
  download_.begin(*found_.storage());
  pending_ = true;
}

void TrainingStep::work(int64_t part) {
  if (part == 0) optimizer_.clear_grads();
  const auto labels = labels_->first(images_.dim(0));
  Tape tape;
  const Tensor logits = network_(images_);
  const Tensor loss = cross_entropy_of(logits, labels, label_smoothing_, class_weights_);
  real* found = found_.write_in_place();
  kernels::copy({found}, loss.data(), 1);
  kernels::copy({found + 1}, count_correct(logits, labels).data(), 1);
  if (place_of_results() == Place::host && !std::isfinite(loss.item())) return;
  tape.backward(loss, Tensor::full(loss.shape(), real{1} / static_cast<real>(parts_)));
  if (part == parts_ - 1) optimizer_.update();
}

StepAnswer TrainingStep::answer() {
  pending_ = false;
  const std::span<const real> found = download_.wait();
  return {.loss = static_cast<double>(found[0]), .correct = static_cast<int64_t>(found[1]), .images = whole_};
}

}  // namespace eca
