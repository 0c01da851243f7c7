#include "experiments/training/evaluate.hpp"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <numeric>
#include <sstream>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/kernels/loss/cross_entropy_rows.hpp"
#include "core/parallel/agreement.hpp"
#include "core/parallel/leaves.hpp"
#include "data/batch_tensor.hpp"
#include "data/loader.hpp"
#include "experiments/training/not_finite.hpp"

namespace eca {

// One row of the logits: an entry for each class.
using Row = std::span<const real>;

static Row row_of(const std::vector<real>& logits, size_t n, size_t K) {
  return Row(logits).subspan(n * K, K);
}

static size_t predicted_class(Row row) {
  return static_cast<size_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

// How many classes come before `label`: those with a larger entry, or with the same and a smaller number.
static int64_t rank_of(Row row, size_t label) {
  int64_t before = 0;
  for (size_t k = 0; k < row.size(); ++k)
    before += row[k] > row[label] || (row[k] == row[label] && k < label);
  return before;
}

std::string not_finite_text(const Evaluation& evaluation) {
  return std::to_string(evaluation.not_finite) +
         (evaluation.not_finite == 1 ? " image has an answer that is" : " images have answers that are") +
         " not finite (NaN or infinity), and " + (evaluation.not_finite == 1 ? "counts" : "count") +
         " as wrong\n  " + evaluation.where_not_finite;
}

// What is counted, as numbers side by side, so that ranks can add them up.
class Counts {
 public:
  explicit Counts(size_t K) : K_(K), numbers_(4 + K * K) {}

  int64_t& correct() { return numbers_[0]; }
  int64_t& among_five() { return numbers_[1]; }
  int64_t& not_finite() { return numbers_[2]; }
  int64_t& images() { return numbers_[3]; }
  int64_t& of(size_t label, size_t predicted) { return numbers_[4 + label * K_ + predicted]; }

  void count(Row row, size_t label) {
    ++images();
    if (!all_finite(row)) {
      ++not_finite();
      return;
    }
    const int64_t before = rank_of(row, label);
    correct() += before == 0;
    among_five() += before < 5;
    ++of(label, predicted_class(row));
  }
  void add_up() { add_up_counts(numbers_); }

 private:
  size_t K_;
  std::vector<int64_t> numbers_;
};

// The images at their places, and zeros where one could not be read: then every image has the same company, whoever else has a part of
// the batch. x (size,H,W,C), the first at place `first` of the set.
static Tensor at_their_places(const Batch& batch, const ImageSet& set, int64_t first, int64_t size) {
  if (batch.size == size) return batch_tensor(batch, set);
  std::vector<real> images(static_cast<size_t>(size * set.image_size()));
  for (size_t n = 0; n < batch.indices.size(); ++n) {
    std::copy_n(batch.images.begin() + static_cast<std::ptrdiff_t>(n) * set.image_size(), set.image_size(),
                images.begin() + (batch.indices[n] - first) * set.image_size());
  }
  Tensor x = Tensor::empty({size, set.height, set.width, set.channels});
  x.assign(images);
  return x.set_name("input");
}

Evaluation evaluate(Module& network, const ImageSet& set, const Normalisation& normalisation,
                    int64_t batch_size, int loader_threads) {
  const auto start = std::chrono::steady_clock::now();
  if (set.size() == 0) throw Error("evaluate: \"" + set.name + "\" has no images");
  const bool was_training = network.training();
  network.eval();
  NoGrad no_grad;
  const auto K = set.classes.size();
  Counts counts(K);
  std::vector<double> losses(static_cast<size_t>(set.size()));  // of each image that this rank counts
  std::vector<real> p(K);
  Evaluation result;
  Loader loader(set, normalisation,
                {.batch_size = std::min(batch_size, set.size()),
                 .part = part_of_batch,
                 .threads = loader_threads,
                 .leave_out_unreadable = true});
  loader.start_epoch(0);
  int64_t batch_first = 0;  // its place in the set
  for (Batch batch; loader.next(batch); batch_first += batch.whole) {
    const int64_t size = part_of_batch(batch.whole).size(), first = batch_first + batch.first;
    if (batch.size == 0 || !counts_its_part(batch.whole)) continue;
    const SharedBatch shared(batch.whole);
    const Tensor x = at_their_places(batch, set, first, size), logits = network(x);
    const int64_t bad_before = counts.not_finite();
    const std::vector<real> values = logits.values();
    for (size_t n = 0; n < batch.labels.size(); ++n) {
      const int64_t i = batch.indices[n];
      const Row row = row_of(values, static_cast<size_t>(i - first), K);
      counts.count(row, static_cast<size_t>(batch.labels[n]));
      losses[static_cast<size_t>(i)] =
          kernels::cross_entropy_row(p.data(), row.data(), static_cast<int64_t>(K), batch.labels[n],
                                     {nullptr, nullptr, /*smoothing=*/0});
    }
    if (bad_before == 0 && counts.not_finite() > 0) result.where_not_finite = where_not_finite(network, x);
  }
  network.train(was_training);
  counts.add_up();
  add_up_numbers(losses);
  result.images = counts.images();
  if (result.images == 0) throw FileError(set.name, "holds no image that can be read");
  const auto images = static_cast<double>(result.images);
  result.loss = std::accumulate(losses.begin(), losses.end(), 0.0) / images;
  result.accuracy = 100 * static_cast<double>(counts.correct()) / images;
  result.top5 = 100 * static_cast<double>(counts.among_five()) / images;
  result.not_finite = counts.not_finite();
  if (result.not_finite > 0) result.where_not_finite = said_by_first(result.where_not_finite);
  result.counts.assign(K, std::vector<int64_t>(K));
  for (size_t label = 0; label < K; ++label) {
    for (size_t predicted = 0; predicted < K; ++predicted)
      result.counts[label][predicted] = counts.of(label, predicted);
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

std::string confusion_table(const Evaluation& evaluation, const std::vector<std::string>& classes) {
  size_t width = 5;
  for (const std::string& name : classes) width = std::max(width, std::min<size_t>(name.size(), 12));
  std::ostringstream out;
  out << std::setw(static_cast<int>(width)) << ""
      << " | predicted\n"
      << std::setw(static_cast<int>(width)) << "label"
      << " |";
  for (size_t k = 0; k < classes.size(); ++k) out << std::setw(6) << classes[k].substr(0, 5);
  out << "   right\n";
  for (size_t label = 0; label < classes.size(); ++label) {
    const auto& row = evaluation.counts[label];
    int64_t total = 0;
    for (const int64_t count : row) total += count;
    out << std::setw(static_cast<int>(width)) << classes[label].substr(0, width) << " |";
    for (const int64_t count : row) out << std::setw(6) << count;
    if (total == 0) {
      out << "       -\n";
      continue;
    }
    const double right = 100 * static_cast<double>(row[label]) / static_cast<double>(total);
    out << std::setw(7) << std::fixed << std::setprecision(1) << right << "%\n";
  }
  return out.str();
}

}  // namespace eca
