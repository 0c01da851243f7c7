#include "experiments/explain/insertion_deletion.hpp"

#include <algorithm>
#include <numeric>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "experiments/common/softmax.hpp"

namespace eca {

namespace {

// Pixels, the largest values first.
std::vector<int64_t> order_of(const Map& map, uint64_t lot) {
  std::vector<int64_t> order(map.values.size());
  std::iota(order.begin(), order.end(), 0);
  Random random(lot, Purpose::explain);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) {
    return map.values[static_cast<size_t>(a)] > map.values[static_cast<size_t>(b)];
  });
  return order;
}

// steps + 1 images: the first s/steps of the pixels are those of x if `insert`, the others are those of x if not; all else is 0.
Tensor partial_images(const Tensor& x, const std::vector<int64_t>& order, int64_t steps, bool insert) {
  const int64_t C = x.dim(3), pixels = x.dim(1) * x.dim(2);
  const std::vector<real> whole = x.values();
  std::vector<real> parts(static_cast<size_t>((steps + 1) * pixels * C), 0);
  for (int64_t s = 0; s <= steps; ++s) {
    const int64_t taken = (s * pixels + steps / 2) / steps;
    for (int64_t i = insert ? 0 : taken; i < (insert ? taken : pixels); ++i) {
      const int64_t place = order[static_cast<size_t>(i)];
      std::copy_n(whole.begin() + place * C, C, parts.begin() + (s * pixels + place) * C);
    }
  }
  return Tensor::from({steps + 1, x.dim(1), x.dim(2), C}, parts);
}

std::vector<double> probabilities(Module& network, const Tensor& images, int64_t k) {
  const Tensor logits = network(images);
  std::vector<double> curve;
  for (int64_t n = 0; n < images.dim(0); ++n) {
    for (const RankedClass& ranked : ranked_classes(logits, n, static_cast<size_t>(logits.dim(1)))) {
      if (static_cast<int64_t>(ranked.index) == k) curve.push_back(ranked.probability);
    }
  }
  return curve;
}

}  // namespace

RemovalCurves removal_curves(Module& network, const Tensor& x, int64_t k, const Map& map, int64_t steps,
                             uint64_t lot) {
  if (map.height != x.dim(1) || map.width != x.dim(2) || steps < 1) {
    throw Error("removal curves: a map of " + std::to_string(map.height) + "x" + std::to_string(map.width) +
                " and " + std::to_string(steps) + " steps for an image " + x.shape().str());
  }
  const NoGrad no_grad;
  const std::vector<int64_t> order = order_of(map, lot);
  return {.deletion = probabilities(network, partial_images(x, order, steps, false), k),
          .insertion = probabilities(network, partial_images(x, order, steps, true), k)};
}

double area_under(const std::vector<double>& curve) {
  double sum = 0;
  for (size_t i = 1; i < curve.size(); ++i) sum += (curve[i - 1] + curve[i]) / 2;
  return sum / static_cast<double>(curve.size() - 1);
}

}  // namespace eca
