// One step of training: forward, loss, backward, update. begin() asks for it, answer() says what it found. Between the two a GPU
// is at work, and the next batch on its way; the processor has done it all when begin() returns.
//
//   step.take(batch);
//   step.begin(lr);
//   ... step.take(next batch) ...
//   step.answer().loss
//
// Where ranks train together, each takes its own part of the batch, and the step is that of the whole one.
#pragma once

#include <memory>
#include <vector>

#include "core/memory/pinned_array.hpp"
#include "core/memory/replay.hpp"
#include "core/memory/transfer.hpp"
#include "core/optim/optimizer.hpp"
#include "data/loader.hpp"
#include "layers/module.hpp"

namespace eca {

struct StepAnswer {
  double loss;  // where it is not finite, the processor has left the weights as they were; a GPU has not
  int64_t correct, images;  // on all ranks, where there are several
};

class TrainingStep {
 public:
  // All must outlive it, but for the numbers. class_weights: as cross_entropy takes them.
  TrainingStep(Module& network, Optimizer& optimizer, const ImageSet& set, double label_smoothing,
               const std::vector<double>& class_weights);

  // The batch of the next begin(); stays as it is until then.
  void take(const Batch& batch);
  // Of the batch taken. The step before must have been answered.
  void begin(double lr);
  // Whether a step was begun and not answered.
  bool pending() const { return pending_; }
  // Waits for the step begun. Throws Error if anything failed that a GPU was asked for.
  StepAnswer answer();

  // Of the step begun last, (N,H,W,C).
  const Tensor& images() const { return images_; }
  // Whether a GPU ran that as one recorded piece.
  bool replayed() const { return replay_->replayed(); }

 private:
  void make_room(int64_t N);
  void work();

  Module& network_;
  Optimizer& optimizer_;
  const ImageSet& set_;
  double label_smoothing_;
  std::vector<double> class_weights_;

  const Batch* batch_ = nullptr;  // taken
  int64_t whole_ = 0;             // its images, on all ranks
  bool pending_ = false;

  // For batches of the size of images_.
  Tensor images_, found_;  // found_ (2): loss, number of correct answers
  std::unique_ptr<PinnedArray<int32_t>> labels_;
  std::unique_ptr<Upload> upload_;
  Download download_;
  std::unique_ptr<Replay> replay_;
};

}  // namespace eca
