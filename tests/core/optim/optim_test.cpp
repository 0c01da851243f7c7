#include "core/optim/optimizer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "core/base/error.hpp"
#include "core/base/random.hpp"
#include "core/files/sha256.hpp"
#include "core/optim/adam.hpp"
#include "core/optim/sgd.hpp"
#include "core/parallel/threads.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

using namespace eca;
using namespace eca::test;

namespace {

Parameter make_parameter(const std::string& name, const std::vector<real>& values, bool decay) {
  Parameter parameter;
  parameter.name = name;
  parameter.value = Tensor::from({static_cast<int64_t>(values.size())}, values).set_name(name);
  parameter.value.set_requires_grad();
  parameter.decay = decay;
  return parameter;
}

// As a backward pass would.
void set_grad(Parameter& parameter, const std::vector<real>& values) {
  parameter.value.gradient()->storage = Tensor::from(parameter.value.shape(), values).storage();
  parameter.value.gradient()->touched = true;
}

std::vector<real> random_values(int64_t n, uint64_t address) {
  Random random(1, Purpose::test, address);
  std::vector<real> values(static_cast<size_t>(n));
  for (real& value : values) value = static_cast<real>(random.normal());
  return values;
}

std::string hash_of(const Tensor& tensor) {
  return sha256_hex(
      {reinterpret_cast<const char*>(tensor.data()), static_cast<size_t>(tensor.numel()) * sizeof(real)});
}

// Copies that later steps do not change.
OptimizerState snapshot(const OptimizerState& state) {
  OptimizerState copy;
  copy.counters = state.counters;
  for (const auto& [name, tensor] : state.tensors) {
    copy.tensors[name] = Tensor::from(tensor.shape(), tensor.values());
  }
  return copy;
}

// Every optimiser and every branch of its update.
struct Case {
  const char* name;
  std::unique_ptr<Optimizer> (*make)(const std::vector<Parameter*>& parameters);
};
const Case kCases[] = {
    {"sgd",
     [](const std::vector<Parameter*>& p) -> std::unique_ptr<Optimizer> {
       return std::make_unique<Sgd>(p, SgdOptions{.weight_decay = 0.01});
     }},
    {"momentum",
     [](const std::vector<Parameter*>& p) -> std::unique_ptr<Optimizer> {
       return std::make_unique<Sgd>(p, SgdOptions{.momentum = 0.9, .weight_decay = 0.01});
     }},
    {"nesterov",
     [](const std::vector<Parameter*>& p) -> std::unique_ptr<Optimizer> {
       return std::make_unique<Sgd>(p, SgdOptions{.momentum = 0.9, .weight_decay = 0.01, .nesterov = true});
     }},
    {"adam",
     [](const std::vector<Parameter*>& p) -> std::unique_ptr<Optimizer> {
       return std::make_unique<Adam>(p, AdamOptions{.weight_decay = 0.01});
     }},
    {"adamw",
     [](const std::vector<Parameter*>& p) -> std::unique_ptr<Optimizer> {
       return std::make_unique<Adam>(p, AdamOptions{.weight_decay = 0.01, .decoupled = true});
     }},
};

struct ThreadsRestored {
  int before = threads();
  ~ThreadsRestored() { set_threads(before); }
};

// The value after each of two steps from 1, with weight decay and without.
void check_two_steps(Optimizer& optimizer, Parameter& decayed, Parameter& plain, double lr,
                     const std::vector<real>& grads, const std::vector<double>& expected_decayed,
                     const std::vector<double>& expected_plain) {
  for (size_t step = 0; step < 2; ++step) {
    CAPTURE(step);
    set_grad(decayed, {grads[step]});
    set_grad(plain, {grads[step]});
    optimizer.step(lr);
    CHECK(decayed.value.item() == Approx(expected_decayed[step]).epsilon(1e-6));
    CHECK(plain.value.item() == Approx(expected_plain[step]).epsilon(1e-6));
  }
}

}  // namespace

// In these tests w = 1 at first, and d = g + 0.1 * w where decayed, d = g where not.

TEST_CASE("sgd: two steps by hand", "[core][optim]") {
  Parameter decayed = make_parameter("w", {1}, true), plain = make_parameter("b", {1}, false);
  Sgd optimizer({&decayed, &plain}, {.weight_decay = 0.1});
  // With decay d = 0.6, then 0.5 + 0.094; without d = 0.5, then 0.5.
  check_two_steps(optimizer, decayed, plain, 0.1, {0.5, 0.5}, {0.94, 0.8806}, {0.95, 0.9});
  CHECK(optimizer.state().tensors.empty());
}

TEST_CASE("sgd: two steps with momentum by hand, the first as without", "[core][optim]") {
  Parameter decayed = make_parameter("w", {1}, true), plain = make_parameter("b", {1}, false);
  Sgd optimizer({&decayed, &plain}, {.momentum = 0.9, .weight_decay = 0.1});
  // With decay b = 0.6, then 0.9 * 0.6 + 0.594 = 1.134; without b = 0.5, then 0.95.
  check_two_steps(optimizer, decayed, plain, 0.1, {0.5, 0.5}, {0.94, 0.8266}, {0.95, 0.855});
  CHECK(optimizer.state().tensors.at("momentum.w").item() == Approx(1.134));
  CHECK(optimizer.state().tensors.at("momentum.b").item() == Approx(0.95));
}

TEST_CASE("sgd: two steps with Nesterov's momentum by hand", "[core][optim]") {
  Parameter decayed = make_parameter("w", {1}, true), plain = make_parameter("b", {1}, false);
  Sgd optimizer({&decayed, &plain}, {.momentum = 0.9, .weight_decay = 0.1, .nesterov = true});
  //   with decay     b = 0.6                        d = 0.6 + 0.54
  //                  b = 0.54 + 0.5886 = 1.1286     d = 0.5886 + 1.01574
  //   without decay  b = 0.5                        d = 0.5 + 0.45
  //                  b = 0.95                       d = 0.5 + 0.855
  check_two_steps(optimizer, decayed, plain, 0.1, {0.5, 0.5}, {0.886, 0.725566}, {0.905, 0.7695});
}

TEST_CASE("sgd: the learning rate is not part of the momentum", "[core][optim]") {
  Parameter w = make_parameter("w", {1}, false);
  Sgd optimizer({&w}, {.momentum = 0.9});
  set_grad(w, {0.5});
  optimizer.step(0);
  CHECK(w.value.item() == 1);
  optimizer.step(0.1);  // b = 0.45 + 0.5
  CHECK(w.value.item() == Approx(0.905));
}

TEST_CASE("adam: two steps by hand", "[core][optim]") {
  Parameter decayed = make_parameter("w", {1}, true), plain = make_parameter("b", {1}, false);
  Adam optimizer({&decayed, &plain}, {.weight_decay = 0.5});
  // First step: m_hat = d and v_hat = d^2, so w changes by lr whatever d is. Second step:
  //   without decay  d = -0.25           with decay  d = -0.25 + 0.45 = 0.2
  //                  m = 0.045 - 0.025               m = 0.11
  //                  v = 0.00024975 + 0.0000625      v = 0.001039
  //   m_hat = m / 0.19
  //   v_hat = v / 0.001999
  check_two_steps(optimizer, decayed, plain, 0.1, {0.5, -0.25}, {0.9, 0.8196959}, {0.9, 0.8733663});
  CHECK(optimizer.state().tensors.at("first_moment.w").item() == Approx(0.11));
  CHECK(optimizer.state().tensors.at("second_moment.w").item() == Approx(0.001039));
  CHECK(optimizer.state().tensors.at("first_moment.b").item() == Approx(0.02));
  CHECK(optimizer.state().tensors.at("second_moment.b").item() == Approx(0.00031225));
  CHECK(optimizer.state().counters.at("step") == 2);
}

TEST_CASE("adamw: two steps by hand, the decay bypasses the moments", "[core][optim]") {
  Parameter decayed = make_parameter("w", {1}, true), plain = make_parameter("b", {1}, false);
  Adam optimizer({&decayed, &plain}, {.weight_decay = 0.5, .decoupled = true});
  // First w = 0.95 - 0.1, then w = 0.95 * 0.85 - 0.0266337.
  check_two_steps(optimizer, decayed, plain, 0.1, {0.5, -0.25}, {0.85, 0.7808663}, {0.9, 0.8733663});
  CHECK(optimizer.state().tensors.at("second_moment.w").item() == Approx(0.00031225));
}

TEST_CASE("adam: betas and epsilon are used where they belong", "[core][optim]") {
  Parameter w = make_parameter("w", {1}, false);
  Adam optimizer({&w}, {.beta1 = 0.5, .beta2 = 0.75, .epsilon = 0.5});
  set_grad(w, {0.5});
  optimizer.step(0.1);  // m_hat = 0.5, sqrt(v_hat) = 0.5
  CHECK(w.value.item() == Approx(1 - 0.1 * 0.5 / (0.5 + 0.5)));
  CHECK(optimizer.state().tensors.at("first_moment.w").item() == Approx(0.25));
  CHECK(optimizer.state().tensors.at("second_moment.w").item() == Approx(0.0625));
}

TEST_CASE("optimizers: a parameter without gradient is left alone, with all that is remembered of it",
          "[core][optim]") {
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    Parameter with = make_parameter("with", {1, 2}, true), without = make_parameter("without", {3, 4}, true);
    const auto optimizer = c.make({&with, &without});
    set_grad(with, {1, 1});
    set_grad(without, {1, 1});
    optimizer->step(0.1);

    const std::vector<real> value = without.value.values();
    const uint64_t version = without.value.storage()->version;
    const OptimizerState before = snapshot(optimizer->state());
    optimizer->clear_grads();
    CHECK(!with.value.grad().defined());
    set_grad(with, {1, 1});
    const std::vector<real> moved_from = with.value.values();
    optimizer->step(0.1);

    CHECK(with.value.values() != moved_from);
    CHECK(without.value.values() == value);
    CHECK(without.value.storage()->version == version);
    for (const auto& [name, tensor] : before.tensors) {
      if (name.ends_with(".without")) CHECK(optimizer->state().tensors.at(name).values() == tensor.values());
    }
  }
}

TEST_CASE("optimizers: a parameter that wants no gradient is allowed", "[core][optim]") {
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    Parameter counter = make_parameter("num_batches_tracked", {7}, false);
    counter.value.set_requires_grad(false);
    const auto optimizer = c.make({&counter});
    optimizer->clear_grads();
    optimizer->step(0.1);
    CHECK(counter.value.item() == 7);
  }
}

TEST_CASE("optimizers: a step is an in-place write, so the tape refuses stale values", "[core][optim]") {
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    Parameter w = make_parameter("w", {1}, true);
    const auto optimizer = c.make({&w});
    set_grad(w, {1});
    const uint64_t before = w.value.storage()->version;
    optimizer->step(0.1);
    CHECK(w.value.storage()->version > before);
  }
}

TEST_CASE("optimizers: equal bits at any number of threads, on every element", "[core][optim][threads]") {
  const ThreadsRestored restored;
  const int64_t n = GENERATE(as<int64_t>(), 1, kChunk, kChunk + 1, 100'003);
  for (const Case& c : kCases) {
    CAPTURE(c.name, n);
    std::vector<std::string> hashes;
    for (const int count : {1, 2, 3, 5}) {
      set_threads(count);
      Parameter w = make_parameter("w", random_values(n, 0), true);
      const auto optimizer = c.make({&w});
      const std::vector<real> before = w.value.values();
      for (uint64_t step = 1; step <= 3; ++step) {
        set_grad(w, random_values(n, step));
        optimizer->step(0.1);
      }
      std::string hash = hash_of(w.value);
      for (const auto& [name, tensor] : optimizer->state().tensors) hash += hash_of(tensor);
      hashes.push_back(hash);
      int64_t unmoved = 0;
      for (size_t i = 0; i < before.size(); ++i) unmoved += w.value.data()[i] == before[i];
      CHECK(unmoved == 0);
    }
    CHECK(hashes == std::vector<std::string>(4, hashes[0]));
  }
}

TEST_CASE("optimizers: every element is updated as one alone would be", "[core][optim]") {
  constexpr int64_t n = kChunk + 100;
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    Parameter all = make_parameter("w", random_values(n, 0), true);
    const auto optimizer = c.make({&all});
    for (uint64_t step = 1; step <= 3; ++step) {
      set_grad(all, random_values(n, step));
      optimizer->step(0.1);
    }
    for (const int64_t i : {int64_t{0}, int64_t{77}, kChunk - 1, kChunk, n - 1}) {
      CAPTURE(i);
      const auto k = static_cast<size_t>(i);
      Parameter one = make_parameter("w", {random_values(n, 0)[k]}, true);
      const auto alone = c.make({&one});
      for (uint64_t step = 1; step <= 3; ++step) {
        set_grad(one, {random_values(n, step)[k]});
        alone->step(0.1);
      }
      CHECK(all.value.data()[i] == Approx(one.value.item()).epsilon(1e-5));
    }
  }
}

TEST_CASE("optimizers: a run continues bit for bit from its state", "[core][optim]") {
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const auto step = [](Optimizer& optimizer, Parameter& w, uint64_t i) {
      set_grad(w, random_values(50, i));
      optimizer.step(0.1);
    };
    Parameter w = make_parameter("w", random_values(50, 0), true);
    const auto optimizer = c.make({&w});
    for (uint64_t i = 1; i <= 3; ++i) step(*optimizer, w, i);

    Parameter resumed_w = make_parameter("w", w.value.values(), true);
    const auto resumed = c.make({&resumed_w});
    resumed->load_state(snapshot(optimizer->state()));
    for (uint64_t i = 4; i <= 6; ++i) {
      step(*optimizer, w, i);
      step(*resumed, resumed_w, i);
    }
    CHECK(resumed_w.value.values() == w.value.values());
    CHECK(resumed->state().counters == optimizer->state().counters);
    for (const auto& [name, tensor] : optimizer->state().tensors) {
      CHECK(resumed->state().tensors.at(name).values() == tensor.values());
    }
  }
}

TEST_CASE("optimizers: a state that does not fit is refused and changes nothing", "[core][optim]") {
  Parameter a = make_parameter("a", {1, 2}, true), b = make_parameter("b", {3}, true);
  Adam optimizer({&a, &b});
  set_grad(a, {1, 1});
  optimizer.step(0.1);
  const OptimizerState good = snapshot(optimizer.state());
  const auto message = [&](const OptimizerState& state) {
    return error_text<Error>([&] { optimizer.load_state(state); });
  };

  OptimizerState missing = snapshot(good);
  missing.tensors.erase("first_moment.b");
  missing.tensors.at("first_moment.a").data()[0] = 99;
  CHECK_THAT(message(missing), contains("\"first_moment.b\" is missing"));

  OptimizerState additional = snapshot(good);
  additional.tensors["momentum.a"] = Tensor::zeros({2});
  CHECK_THAT(message(additional), contains("\"momentum.a\" does not belong to this optimizer"));

  OptimizerState reshaped = snapshot(good);
  reshaped.tensors["second_moment.b"] = Tensor::zeros({1, 1});
  reshaped.tensors.at("first_moment.a").data()[0] = 99;
  reshaped.counters["step"] = 99;
  CHECK_THAT(message(reshaped), contains("\"second_moment.b\": expected shape (1), found (1,1)"));

  OptimizerState uncounted = snapshot(good);
  uncounted.counters.clear();
  CHECK_THAT(message(uncounted), contains("\"step\" is missing"));

  CHECK(optimizer.state().counters == good.counters);
  for (const auto& [name, tensor] : good.tensors) {
    CHECK(optimizer.state().tensors.at(name).values() == tensor.values());
  }
}

TEST_CASE("optimizers: options, rates and names that make no sense are refused", "[core][optim]") {
  Parameter a = make_parameter("a", {1}, true), same = make_parameter("a", {2}, true);
  CHECK_THROWS_WITH(Sgd({&a}, {.momentum = 1}), contains("sgd: momentum = 1, expected 0 <= momentum < 1"));
  CHECK_THROWS_WITH(Sgd({&a}, {.momentum = -0.1}), contains("momentum = -0.1"));
  CHECK_THROWS_WITH(Sgd({&a}, {.weight_decay = -1}), contains("weight_decay = -1"));
  CHECK_THROWS_WITH(Sgd({&a}, {.weight_decay = std::nan("")}), contains("weight_decay = nan"));
  CHECK_THROWS_WITH(Sgd({&a}, {.nesterov = true}), contains("nesterov needs momentum"));
  CHECK_THROWS_WITH(Adam({&a}, {.beta1 = 1}), contains("adam: beta1 = 1, expected 0 <= beta1 < 1"));
  CHECK_THROWS_WITH(Adam({&a}, {.beta2 = 1}), contains("beta2 = 1"));
  CHECK_THROWS_WITH(Adam({&a}, {.epsilon = -1}), contains("epsilon = -1"));
  CHECK_THROWS_WITH(Adam({&a}, {.weight_decay = -1}), contains("weight_decay = -1"));
  CHECK_THROWS_WITH(Sgd({&a, &same}), contains("two parameters are named \"a\""));
  for (const Case& c : kCases) {
    CAPTURE(c.name);
    const auto optimizer = c.make({&a});
    CHECK_THROWS_WITH(optimizer->step(std::nan("")), contains("learning rate"));
    CHECK_THROWS_WITH(optimizer->step(-0.1), contains("learning rate -0.1"));
    CHECK_THROWS_WITH(optimizer->step(std::numeric_limits<double>::infinity()),
                      contains("learning rate inf"));
  }
  CHECK(a.value.item() == 1);
}
