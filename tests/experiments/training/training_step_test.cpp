#include "experiments/training/training_step.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/optim/adam.hpp"
#include "core/optim/sgd.hpp"
#include "data/sets/dataset.hpp"
#include "layers/state_dict.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"

using namespace eca;
using namespace eca::test;

namespace {

struct Problem {
  Dataset data = load_dataset("synthetic:n=64,test=10,size=8,classes=4");
  Loader loader{data.train, data.normalisation, {.batch_size = 8, .shuffle = true, .seed = 1}};
  std::unique_ptr<Module> network;

  explicit Problem(const std::string& attention, const std::string& model = "resnet20") {
    network = make_model({.name = model, .attention = attention, .classes = 4});
    network->initialise(/*seed=*/1);
    network->train();
    loader.start_epoch(0);
  }
};

}  // namespace

TEST_CASE("training step: what it finds is answered, whenever that is asked", "[train]") {
  Problem problem("eca");
  Sgd sgd(problem.network->parameters(), {.momentum = 0.9});
  TrainingStep step(*problem.network, sgd, problem.data.train, 0, {});
  Batch batch;
  CHECK(error_text<Error>([&] { step.begin(0.1); }).find("begun without a batch") != std::string::npos);
  for (int i = 0; i < 4; ++i) {
    REQUIRE(problem.loader.next(batch));
    step.take(batch);
    step.begin(0.1);
    CHECK(step.pending());
    const StepAnswer found = step.answer();
    CHECK(!step.pending());
    CHECK(std::isfinite(found.loss));
    CHECK(found.loss > 0);
    CHECK(found.images == 8);
    CHECK(found.correct >= 0);
    CHECK(found.correct <= 8);
  }
}

TEST_CASE("training step: the processor leaves the weights of a step whose loss is not finite", "[train]") {
  Problem problem("none");
  Sgd sgd(problem.network->parameters());
  TrainingStep step(*problem.network, sgd, problem.data.train, 0, {});
  Batch batch;
  REQUIRE(problem.loader.next(batch));
  batch.images[0] = std::numeric_limits<real>::quiet_NaN();
  std::vector<real> before;
  for (const Parameter* parameter : problem.network->parameters()) {
    for (const real value : parameter->value.values()) before.push_back(value);
  }
  step.take(batch);
  step.begin(0.1);
  CHECK(std::isnan(step.answer().loss));
  std::vector<real> after;
  for (const Parameter* parameter : problem.network->parameters()) {
    for (const real value : parameter->value.values()) after.push_back(value);
  }
  CHECK(after == before);
}

namespace {

// The weights after one step of plain SGD on these parts of a batch.
std::vector<real> weights_after(const std::vector<Batch>& parts) {
  Problem problem("eca");
  Sgd sgd(problem.network->parameters());
  TrainingStep step(*problem.network, sgd, problem.data.train, 0, {}, static_cast<int64_t>(parts.size()));
  const std::vector<real> before = problem.network->parameters().front()->value.values();
  for (size_t part = 0; part < parts.size(); ++part) {
    CHECK(problem.network->parameters().front()->value.values() == before);  // not before the last one
    step.take(parts[part]);
    step.begin(/*lr=*/0.5, static_cast<int64_t>(part));
    CHECK(step.answer().images == parts[part].whole);
  }
  std::vector<real> values;
  for (const Parameter* parameter : problem.network->parameters()) {
    for (const real value : parameter->value.values()) values.push_back(value);
  }
  CHECK(values.front() != before.front());
  return values;
}

template <class T>
void append(std::vector<T>& to, const std::vector<T>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

// Of two equal halves each has the batch's moments, so that batch norm does the same with both at once and one after the other.
TEST_CASE("training step: parts of a batch give the step of the whole", "[train]") {
  Problem problem("eca");
  Batch half, whole;
  REQUIRE(problem.loader.next(half));
  whole = half;
  append(whole.images, half.images);
  append(whole.labels, half.labels);
  append(whole.indices, half.indices);
  whole.size = whole.whole = 2 * half.size;
  const std::vector<real> expected = weights_after({whole}), found = weights_after({half, half});
  REQUIRE(found.size() == expected.size());
  double largest = 0;
  for (size_t i = 0; i < found.size(); ++i)
    largest = std::max(largest, static_cast<double>(std::abs(found[i] - expected[i])));
  CHECK(largest < 1e-4);
}

#ifdef ECA_CUDA

using Bytes = std::vector<std::byte>;

// Weights and running statistics, one after the other.
static Bytes state_of(Module& network) {
  Bytes all;
  for (const auto& [name, tensor] : save_state(network).tensors) {
    all.insert(all.end(), tensor.bytes.begin(), tensor.bytes.end());
  }
  return all;
}

struct Outcome {
  Bytes state;
  std::vector<double> losses;
  bool operator==(const Outcome&) const = default;
};

// Not recorded: the same work, asked for op by op, from tensors that lie elsewhere each time.
static Outcome outcome_of(const std::string& attention, bool adam, bool recorded) {
  Problem problem(attention);
  std::unique_ptr<Optimizer> optimizer;
  if (adam) {
    optimizer = std::make_unique<Adam>(problem.network->parameters());
  } else {
    optimizer = std::make_unique<Sgd>(problem.network->parameters(),
                                      SgdOptions{.momentum = 0.9, .weight_decay = 5e-4, .nesterov = true});
  }
  TrainingStep step(*problem.network, *optimizer, problem.data.train, 0.1, {1, 2, 1, 1});
  Batch batch;
  Outcome result;
  bool replayed = false;
  for (int i = 0; problem.loader.next(batch); ++i) {
    const auto train_on_batch = [&](TrainingStep& asked) {
      asked.take(batch);
      asked.begin(/*lr=*/0.1 / (1 + i));
      CHECK((asked.images().values() == batch.images));
      result.losses.push_back(asked.answer().loss);
    };
    if (recorded) {
      train_on_batch(step);
      replayed = step.replayed();
    } else {
      TrainingStep once(*problem.network, *optimizer, problem.data.train, 0.1, {1, 2, 1, 1});
      train_on_batch(once);
    }
  }
#ifdef ECA_NO_ARENA
  CHECK(!replayed);
#else
  CHECK(replayed == recorded);
#endif
  result.state = state_of(*problem.network);
  return result;
}

TEST_CASE("cuda: a recorded training step gives the bits of one that is not, rates and labels included",
          "[cuda][train]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::cuda);
  for (const bool adam : {false, true}) {
    const Outcome expected = outcome_of("eca", adam, /*recorded=*/false);
    CHECK((outcome_of("eca", adam, /*recorded=*/true) == expected));
  }
}
#endif
