#include "experiments/training/examples.hpp"

#include <algorithm>

#include "core/autograd/tape.hpp"
#include "data/batch_tensor.hpp"
#include "data/loader.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/softmax.hpp"

namespace eca {

namespace {

constexpr int64_t kColumns = 24, kRows = 12;  // a character is about twice as high as wide

// Mean brightness, 0 to 1, of the pixels under one character.
double brightness(const ImageSet& set, const std::vector<uint8_t>& image, int64_t row, int64_t column) {
  const int64_t h0 = row * set.height / kRows, h1 = std::max(h0 + 1, (row + 1) * set.height / kRows);
  const int64_t w0 = column * set.width / kColumns,
                w1 = std::max(w0 + 1, (column + 1) * set.width / kColumns);
  double sum = 0;
  for (int64_t h = h0; h < h1; ++h) {
    for (int64_t w = w0; w < w1; ++w) {
      for (int64_t c = 0; c < set.channels; ++c)
        sum += image[static_cast<size_t>((h * set.width + w) * set.channels + c)];
    }
  }
  return sum / static_cast<double>(255 * (h1 - h0) * (w1 - w0) * set.channels);
}

std::string drawn_row(const ImageSet& set, const std::vector<uint8_t>& image, int64_t row) {
  static const std::string ramp = " .:-=+*#%@";
  std::string text;
  for (int64_t column = 0; column < kColumns; ++column) {
    const double value = brightness(set, image, row, column);
    text += ramp[std::min(ramp.size() - 1, static_cast<size_t>(value * static_cast<double>(ramp.size())))];
  }
  return text;
}

struct Example {
  int64_t index;
  std::vector<uint8_t> image;  // (H,W,C)
  std::vector<RankedClass> ranking;
};

std::string caption(const Example& example, const ImageSet& set, size_t line) {
  if (line == 0)
    return "label: " + set.classes[static_cast<size_t>(set.labels[static_cast<size_t>(example.index)])];
  if (line > example.ranking.size()) return "";
  const RankedClass& ranked = example.ranking[line - 1];
  return format("%5.1f %% %s", 100 * ranked.probability, set.classes[ranked.index].c_str());
}

std::vector<Example> choose_examples(Module& network, const ImageSet& set,
                                     const Normalisation& normalisation) {
  NoGrad no_grad;
  std::vector<Example> right, wrong;
  Loader loader(set, normalisation, {.batch_size = std::min<int64_t>(100, set.size())});
  loader.start_epoch(0);
  Batch batch;
  for (int round = 0; round < 5 && (right.size() < 2 || wrong.empty()) && loader.next(batch); ++round) {
    const Tensor logits = network(batch_tensor(batch, set));
    for (int64_t n = 0; n < batch.size; ++n) {
      const Example example = {batch.indices[static_cast<size_t>(n)], {}, ranked_classes(logits, n, 3)};
      const bool is_right =
          static_cast<int32_t>(example.ranking[0].index) == batch.labels[static_cast<size_t>(n)];
      auto& list = is_right ? right : wrong;
      if (list.size() < (is_right ? 2 : 1)) list.push_back(example);
    }
  }
  right.insert(right.end(), wrong.begin(), wrong.end());
  for (Example& example : right) example.image = pixels_of(set, example.index);
  return right;
}

}  // namespace

std::string example_predictions(Module& network, const ImageSet& set, const Normalisation& normalisation) {
  const std::vector<Example> examples = choose_examples(network, set, normalisation);
  std::string text;
  for (int64_t row = 0; row < kRows + 4; ++row) {
    std::string line;
    for (const Example& example : examples) {
      std::string cell = row < kRows ? drawn_row(set, example.image, row)
                                     : caption(example, set, static_cast<size_t>(row - kRows));
      cell.resize(kColumns, ' ');
      line += cell + "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace eca
