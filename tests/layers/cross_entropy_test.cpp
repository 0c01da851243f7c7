#include "layers/cross_entropy.hpp"

#include <cmath>

#include "core/base/error.hpp"
#include "core/ops/elementwise.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("cross entropy: each rule has its message", "[layers][cross_entropy]") {
  Tensor x = Tensor::zeros({3, 5}).set_name("fc.y");
  CHECK_THAT(error_text<ShapeError>([] {
               cross_entropy(Tensor::zeros({3}), {0, 1, 2});
             }),
             contains("cross_entropy: logits must have 2 axes, found 1"));
  const std::string text = error_text<ShapeError>([&] { cross_entropy(x, {0, 1}); });
  CHECK_THAT(text, contains("cross_entropy: 2 labels for N rows"));
  CHECK_THAT(text, contains("(3,5)  N,K  \"fc.y\"  N = 3"));
  CHECK_THAT(error_text<ShapeError>([] {
               cross_entropy(Tensor::zeros({0, 5}), {});
             }),
             contains("cross_entropy: 0 labels"));
  CHECK(error_text<Error>([&] {
          cross_entropy(x, {0, 1, 5});
        }) == "cross_entropy: label 5 of row 2, expected 0 to 4");
  CHECK(error_text<Error>([&] {
          cross_entropy(x, {0, -1, 4});
        }) == "cross_entropy: label -1 of row 1, expected 0 to 4");
  for (const double s : {-0.1, 1., std::nan("")}) {
    CHECK_THAT(error_text<Error>([&] {
                 cross_entropy(x, {0, 1, 2}, s);
               }),
               contains("cross_entropy: label smoothing "));
  }
  CHECK(error_text<Error>([&] {
          cross_entropy(x, {0, 1, 2}, 0, {1, 2});
        }) == "cross_entropy: 2 class weights, expected 5");
  for (const double w : {-1., HUGE_VAL, std::nan("")}) {
    CHECK_THAT(error_text<Error>([&] {
                 cross_entropy(x, {0, 1, 2}, 0, {1, 1, w, 1, 1});
               }),
               contains("cross_entropy: class weight "));
  }
}

TEST_CASE("cross entropy: equal logits cost log K, huge ones do not overflow", "[layers][cross_entropy]") {
  const double log_5 = std::log(5.);
  CHECK(std::abs(static_cast<double>(cross_entropy(Tensor::zeros({3, 5}), {0, 1, 4}).item()) - log_5) < 1e-6);
  CHECK(std::abs(static_cast<double>(cross_entropy(Tensor::full({2, 5}, 1000), {0, 1}, 0.1).item()) - log_5) <
        1e-6);
  Tensor x = Tensor::from({1, 2}, {10000, -10000}).set_requires_grad();
  Tape tape;
  const Tensor loss = cross_entropy(x, {1});
  CHECK(loss.item() == 20000);
  CHECK(loss.shape() == Shape{});
  tape.backward(loss);
  CHECK(x.grad().values() == std::vector<real>{1, -1});
}

// torch.nn.CrossEntropyLoss(weight=w, label_smoothing=s), by the two formulas of its page in PyTorch 2.13: the weighted negative
// log likelihood, and, smoothed, that of a target of class probabilities, both with the mean over the labels' weights.
static double documented_loss(const Tensor& x, const std::vector<int32_t>& labels, double s,
                              const std::vector<double>& w) {
  const size_t K = w.size();
  double loss = 0, weights = 0;
  for (size_t n = 0; n < labels.size(); ++n) {
    double sum = 0;
    for (size_t c = 0; c < K; ++c) sum += std::exp(static_cast<double>(x.values()[n * K + c]));
    for (size_t c = 0; c < K; ++c) {
      const double y = (c == static_cast<size_t>(labels[n]) ? 1 - s : 0) + s / static_cast<double>(K);
      loss -= w[c] * std::log(std::exp(static_cast<double>(x.values()[n * K + c])) / sum) * y;
    }
    weights += w[static_cast<size_t>(labels[n])];
  }
  return loss / weights;
}

TEST_CASE("cross entropy: class weights as PyTorch documents them", "[golden][cross_entropy]") {
  const Tensor x = random_tensor({6, 4}, 3, -2, 2);
  const std::vector<int32_t> labels{0, 1, 1, 3, 0, 1};
  const std::vector<double> w{0.5, 2, 1, 0};
  for (const double s : {0., 0.1, 0.7}) {
    CAPTURE(s);
    CHECK(static_cast<double>(cross_entropy(x, labels, s, w).item()) ==
          Approx(documented_loss(x, labels, s, w)).epsilon(1e-6));
  }
  CHECK(static_cast<double>(cross_entropy(Tensor::from({1, 2}, {0, 0}), {1}, 0, {1, 7}).item()) ==
        Approx(std::log(2.)));  // the mean over weights: of one row they cancel
}

static std::vector<real> gradient_of(const Tensor& values, const std::vector<int32_t>& labels,
                                     const std::vector<double>& w) {
  Tensor x = Tensor::from(values.shape(), values.values()).set_requires_grad();
  Tape tape;
  tape.backward(cross_entropy(x, labels, 0.1, w));
  return x.grad().values();
}

TEST_CASE("cross entropy: weights of 1 change no bit, and a label of weight 2 is as if it stood twice",
          "[layers][cross_entropy]") {
  const Tensor x = random_tensor({3, 4}, 5, -2, 2);
  CHECK(gradient_of(x, {0, 1, 2}, {}) == gradient_of(x, {0, 1, 2}, {1, 1, 1, 1}));
  CHECK(cross_entropy(x, {0, 1, 2}, 0.1).item() == cross_entropy(x, {0, 1, 2}, 0.1, {1, 1, 1, 1}).item());
  std::vector<real> twice = x.values();
  twice.insert(twice.end(), twice.begin(), twice.begin() + 4);
  CHECK(static_cast<double>(cross_entropy(x, {0, 1, 2}, 0, {2, 1, 1, 1}).item()) ==
        Approx(static_cast<double>(cross_entropy(Tensor::from({4, 4}, twice), {0, 1, 2, 0}).item())));
  CHECK(cross_entropy(x, {0, 0, 0}, 0, {0, 1, 1, 1}).item() == 0);  // nothing counts
  CHECK(gradient_of(x, {0, 0, 0}, {0, 1, 1, 1}) == std::vector<real>(12, 0));
}

// Those of the classes; none in most cases.
static std::vector<double> weights_of(const GoldenCase& c) {
  if (!c.has("weights")) return {};
  const std::vector<real> weights = c.same("weights").values();
  return {weights.begin(), weights.end()};
}

TEST_CASE("cross entropy: agrees with PyTorch", "[golden][cross_entropy]") {
  const SettingsRestored restored;
  const Golden golden("cross_entropy");
  CHECK(golden.cases().size() == 6);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      Tensor logits = c.same("logits").set_requires_grad();
      Tape tape;
      const Tensor loss =
          cross_entropy(logits, c.labels("labels"), c.option<double>("smoothing"), weights_of(c));
      check_golden("loss", Tensor::full({1}, loss.item()), c.same("loss"));
      tape.backward(loss);
      check_golden("dlogits", logits.grad(), c.same("dlogits"));
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("cross entropy: gradients, with and without smoothing", "[grad][cross_entropy]") {
  const Tensor x = random_tensor({4, 5}, 1, -3, 3), one = random_tensor({1, 2}, 2);
  for (const double smoothing : {0., 0.1, 0.9}) {
    CAPTURE(smoothing);
    gradcheck("cross entropy", {{"logits", x}}, [&] { return cross_entropy(x, {0, 4, 2, 2}, smoothing); });
    gradcheck("cross entropy, one row", {{"logits", one}},
              [&] { return cross_entropy(one, {1}, smoothing); });
  }
  for (const double smoothing : {0., 0.3}) {
    CAPTURE(smoothing);
    const std::vector<double> w{0.5, 2, 1, 0, 3};
    gradcheck("cross entropy, class weights", {{"logits", x}}, [&] {
      return cross_entropy(x, {0, 4, 2, 2}, smoothing, w);
    });
  }
  gradcheck("cross entropy, logits used twice", {{"logits", x}}, [&] {
    return add(cross_entropy(x, {0, 1, 2, 3}), cross_entropy(x, {3, 2, 1, 0}, 0.2));
  });
}
#endif
