// One step of training: forward, loss, backward, update. begin() asks for it, answer() says what it found. Between the two a GPU
// is at work, and the next batch on its way; the processor has done it all when begin() returns.
//
//   step.take(batch);
//   step.begin(lr);
//   ... step.take(next batch) ...
//   step.answer().loss
//
// A batch may come in several parts, one after the other, whose gradients add up to those of the batch's mean loss. Each part is taken,
// begun and answered; the last one updates the weights. Batch norm sees a part at a time.
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
  // All must outlive it, but for the numbers. class_weights: as cross_entropy takes them. parts: of a batch.
  TrainingStep(Module& network, Optimizer& optimizer, const ImageSet& set, double label_smoothing,
               const std::vector<double>& class_weights, int64_t parts = 1);

  // The batch, or part of it, of the next begin(); stays as it is until then.
  void take(const Batch& batch);
  // Of the batch taken, or of part number `part` of it. The step before must have been answered.
  void begin(double lr, int64_t part = 0);
  // Whether a step was begun and not answered.
  bool pending() const { return pending_; }
  // Waits for the step begun. Throws Error if anything failed that a GPU was asked for.
  StepAnswer answer();

  // Of the step begun last, (N,H,W,C).
  const Tensor& images() const { return images_; }
  // Whether a GPU ran that as one recorded piece.
  bool replayed() const { return replays_[static_cast<size_t>(part_)]->replayed(); }

 private:
  void make_room(int64_t N);
  void work(int64_t part);

  Module& network_;
  Optimizer& optimizer_;
  const ImageSet& set_;
  double label_smoothing_;
  std::vector<double> class_weights_;
  int64_t parts_;

  const Batch* batch_ = nullptr;  // taken
  int64_t whole_ = 0;             // its images, on all ranks
  bool pending_ = false;

  // For batches of the size of images_.
  Tensor images_, found_;  // found_ (2): loss, number of correct answers
  std::unique_ptr<PinnedArray<int32_t>> labels_;
  std::unique_ptr<Upload> upload_;
  Download download_;
  std::vector<std::unique_ptr<Replay>> replays_;  // of each part
  int64_t part_ = 0;                              // begun last
};

}  // namespace eca
