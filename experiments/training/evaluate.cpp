#include "experiments/training/evaluate.hpp"

#include <algorithm>
#include <chrono>
#include <iomanip>
#include <sstream>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "data/batch_tensor.hpp"
#include "data/loader.hpp"
#include "experiments/training/not_finite.hpp"
#include "layers/cross_entropy.hpp"

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

Evaluation evaluate(Module& network, const ImageSet& set, const Normalisation& normalisation,
                    int64_t batch_size, int loader_threads) {
  const auto start = std::chrono::steady_clock::now();
  if (set.size() == 0) throw Error("evaluate: \"" + set.name + "\" has no images");
  const bool was_training = network.training();
  network.eval();
  NoGrad no_grad;
  const auto K = set.classes.size();
  Evaluation result;
  result.counts.assign(K, std::vector<int64_t>(K, 0));
  int64_t correct = 0, among_five = 0;
  Loader loader(set, normalisation,
                {.batch_size = std::min(batch_size, set.size()),
                 .threads = loader_threads,
                 .leave_out_unreadable = true});
  loader.start_epoch(0);
  for (Batch batch; loader.next(batch);) {
    if (batch.size == 0) continue;
    result.images += batch.size;
    const Tensor x = batch_tensor(batch, set), logits = network(x);
    result.loss +=
        static_cast<double>(cross_entropy(logits, batch.labels).item()) * static_cast<double>(batch.size);
    const std::vector<real> values = logits.values();
    for (size_t n = 0; n < batch.labels.size(); ++n) {
      const Row row = row_of(values, n, K);
      if (!all_finite(row)) {
        if (result.not_finite++ == 0) result.where_not_finite = where_not_finite(network, x);
        continue;
      }
      const auto label = static_cast<size_t>(batch.labels[n]);
      const int64_t rank = rank_of(row, label);
      correct += rank == 0;
      among_five += rank < 5;
      ++result.counts[label][predicted_class(row)];
    }
  }
  network.train(was_training);
  if (result.images == 0) throw FileError(set.name, "holds no image that can be read");
  const auto images = static_cast<double>(result.images);
  result.loss /= images;
  result.accuracy = 100 * static_cast<double>(correct) / images;
  result.top5 = 100 * static_cast<double>(among_five) / images;
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
