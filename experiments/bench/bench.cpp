#include "experiments/bench/bench.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/kernels/elementwise/copy.hpp"
#include "core/memory/replay.hpp"
#include "core/optim/sgd.hpp"
#include "core/parallel/agreement.hpp"
#include "core/parallel/leaves.hpp"
#include "experiments/bench/machine_limits.hpp"
#include "experiments/common/environment.hpp"
#include "layers/conv2d.hpp"
#include "layers/cross_entropy.hpp"

namespace eca {

namespace {

constexpr int kWarmUp = 3;  // from the third step on nothing is allocated
constexpr size_t kLeastSteps = 5;
constexpr int64_t kArraysOfSgd = 5;  // gradient; weights and momentum, read and written

void check_bench_config(const BenchConfig& config) {
  const auto check = [](const char* key, double value, double low, double high) {
    if (value >= low && value <= high) return;
    std::string text = std::to_string(value);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    throw Error(std::string(key) + ": " + text + ", expected " + std::to_string(static_cast<int64_t>(low)) +
                " to " + std::to_string(static_cast<int64_t>(high)));
  };
  check("batch-size", static_cast<double>(config.batch_size), 1, 1 << 20);
  check("image-size", static_cast<double>(config.image_size), 4, 4096);
  check("steps", static_cast<double>(config.steps), 0, 1e9);
  check("seconds", config.seconds, 0, 1e6);
}

// This rank's part of a batch, where there are several.
Tensor random_images(const BenchConfig& config) {
  Tensor x = Tensor::empty({part_of_batch(config.batch_size).size(), config.image_size, config.image_size,
                            config.model.in_channels});
  x.set_name("input");
  Random random(/*seed=*/1, Purpose::synthetic, 0, 0);
  std::vector<real> values(static_cast<size_t>(x.numel()));
  for (real& value : values) value = static_cast<real>(random.uniform(-1, 1));
  x.assign(values);
  return x;
}

std::vector<int32_t> cyclic_labels(const BenchConfig& config) {
  std::vector<int32_t> labels;
  const auto [first, last] = part_of_batch(config.batch_size);
  for (int64_t n = first; n < last; ++n) {
    labels.push_back(static_cast<int32_t>(n % config.model.classes));
  }
  return labels;
}

// What is run again and again.
struct Work {
  virtual ~Work() = default;
  virtual void step() = 0;
  virtual void check() const {}  // what a step has found, when it is done
};

struct Inference final : Work {
  Module& network;
  Tensor x;
  Inference(Module& network_in, const Tensor& x_in) : network(network_in), x(x_in) { network.eval(); }
  void step() override {
    const NoGrad no_grad;
    network(x).values();  // a GPU is done when the answer is here
  }
};

struct Training final : Work {
  Module& network;
  Tensor x;
  std::vector<int32_t> labels;
  Tensor found = Tensor::empty({});  // the loss
  Sgd sgd;
  Training(Module& network_in, const Tensor& x_in, const std::vector<int32_t>& labels_in)
      : network(network_in),
        x(x_in),
        labels(labels_in),
        sgd(network.parameters(), {.momentum = 0.9, .weight_decay = 5e-4, .nesterov = true}) {
    network.train();
  }
  void step() override {
    sgd.clear_grads();
    Tape tape;
    const Tensor loss = cross_entropy(network(x), labels);
    kernels::copy({found.write_in_place()}, loss.data(), 1);
    tape.backward(loss);
    sgd.step(/*lr=*/0.01);
    if (Profile* profile = Profile::current()) {
      profile->lap("", "Sgd", "step", kArraysOfSgd * network.parameter_count());
    }
  }
  void check() const override {
    if (!std::isfinite(found.item())) throw Error("bench: the loss is not finite");
  }
};

bool enough(const BenchConfig& config, const std::vector<double>& seconds, double total) {
  if (config.steps > 0) return static_cast<int64_t>(seconds.size()) >= config.steps;
  return seconds.size() >= kLeastSteps && total >= config.seconds;
}

// Steps until there are enough of them, each to its end.
template <class Step>
std::vector<double> measure_steps(const BenchConfig& config, const Step& step) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> seconds;
  double total = 0;
  while (!on_any_rank(enough(config, seconds, total))) {
    const auto start = Clock::now();
    step();
    wait_for_results();
    seconds.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    total += seconds.back();
  }
  return seconds;
}

BenchSteps measure(const BenchConfig& config, Work& work) {
  Replay replay;
  const auto as_a_whole = [&] { replay([&] { work.step(); }); };
  for (int i = 0; i < kWarmUp; ++i) as_a_whole();
  BenchSteps steps;
  if (place_of_results() == Place::device) {
    as_a_whole();  // records
    wait_for_results();
    steps.seconds = measure_steps(config, as_a_whole);
  }
  Profile profile;
  const RankTraffic before = rank_traffic();
  steps.profiled_seconds = measure_steps(config, [&] {
    profile.skip();
    work.step();
  });
  const RankTraffic after = rank_traffic();
  steps.traffic = {.seconds_waited = after.seconds_waited - before.seconds_waited,
                   .messages = after.messages - before.messages,
                   .bytes_sent = after.bytes_sent - before.bytes_sent};
  if (steps.seconds.empty()) steps.seconds = steps.profiled_seconds;
  work.check();
  steps.spans = profile.spans();
  steps.peak_memory = place_of_results() == Place::device ? memory_stats().reach_bytes : peak_memory_bytes();
  return steps;
}

std::vector<ConvLayer> convolutions_of(Module& network, const Tensor& x) {
  std::vector<ConvLayer> convolutions;
  Tape tape;
  network(x);
  for (size_t i = 0; i < tape.size(); ++i) {
    if (const auto* conv = dynamic_cast<const Conv2dNode*>(&tape.node(i))) {
      convolutions.push_back({conv->scope(), conv->s});
    }
  }
  return convolutions;
}

}  // namespace

BenchResult bench(const BenchConfig& config) {
  check_bench_config(config);
  BenchResult result;
  const SharedBatch shared(config.batch_size);
  result.memory_before = peak_memory_bytes();
  const auto network = make_model(config.model);
  network->initialise(/*seed=*/1);
  result.parameters = network->parameter_count();
  const Tensor x = random_images(config);
  {
    Inference inference(*network, x);
    result.inference = measure(config, inference);
  }
  release_free_memory();
  {
    Training training(*network, x, cyclic_labels(config));
    result.training = measure(config, training);
  }
  result.convolutions = convolutions_of(*network, x);
  release_free_memory();
  result.gemm_peak = gemm_peak_flops();
  result.memory_bandwidth = memory_bandwidth();
  release_free_memory();
  return result;
}

std::vector<ConvLayer> convolutions_of(const BenchConfig& config) {
  check_bench_config(config);
  const auto network = make_model(config.model);
  network->initialise(/*seed=*/1);
  return convolutions_of(*network, random_images(config));
}

double flops(const kernels::Conv2dShape& s) {
  return 2.0 * static_cast<double>(s.N * s.OH() * s.OW() * s.O) * static_cast<double>(s.K());
}

double quantile(std::vector<double> values, double q) {
  if (values.empty()) throw Error("quantile: no values");
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const auto low = static_cast<size_t>(place);
  const size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (place - static_cast<double>(low)) * (values[high] - values[low]);
}

}  // namespace eca
