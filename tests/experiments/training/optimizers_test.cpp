#include "experiments/training/optimizers.hpp"

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/ops/elementwise.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

namespace eca::test {

// w after one step of lr 0.5 from w = 1 with the gradient 3.
static double after_one_step(const TrainConfig& config) {
  Parameter w = {.name = "w", .value = Tensor::zeros({1}).set_requires_grad(), .decay = true};
  w.value.data()[0] = 1;
  const auto optimizer = make_optimizer(config, {&w});
  {
    Tape tape;
    tape.backward(scale(w.value, real{3}));
  }
  optimizer->step(0.5);
  return static_cast<double>(w.value.data()[0]);
}

TEST_CASE("optimisers by name: each takes the options of the configuration", "[config]") {
  CHECK(optimizer_names() == std::vector<std::string>{"sgd", "adam", "adamw"});
  TrainConfig config;
  config.weight_decay = 1;
  config.nesterov = false;
  CHECK(after_one_step(config) == Approx(1 - 0.5 * (3 + 1)));
  config.nesterov = true;
  CHECK(after_one_step(config) == Approx(1 - 0.5 * (1 + config.momentum) * (3 + 1)));
  config.optimizer = "adam";  // the first step is as long as lr, whatever the gradient
  CHECK(after_one_step(config) == Approx(1 - 0.5));
  config.optimizer = "adamw";
  CHECK(after_one_step(config) == Approx(0).margin(1e-6));
}

TEST_CASE("an optimiser has a learning rate of its own, unless one is given", "[config]") {
  const auto rate = [](const std::string& text) {
    TrainConfig config;
    read_config_text(config, text, "c.txt");
    complete_from_optimizer(config, config.given);
    return config.lr;
  };
  CHECK(rate("") == 0.2);
  CHECK(rate("optimizer = adam\n") == 0.001);
  CHECK(rate("optimizer = adamw\n") == 0.001);
  CHECK(rate("optimizer = adam\nlr = 0.2\n") == 0.2);
}

TEST_CASE("an option that the optimiser does not use is refused, and not written down", "[config]") {
  const std::string key = GENERATE("momentum", "nesterov");
  CAPTURE(key);
  TrainConfig config;
  config.optimizer = "adamw";
  CHECK(error_text<Error>([&] {
          complete_from_optimizer(config, {"seed", key});
        }) == key + ": expected only with the optimizer sgd, found \"adamw\"");
  CHECK_NOTHROW(complete_from_optimizer(config, {"seed", "weight-decay", "lr"}));
  CHECK_THAT(to_text(config), !contains("\n" + key + " = ") && contains("\nweight-decay = "));
  config.optimizer = "sgd";
  CHECK_NOTHROW(complete_from_optimizer(config, {key}));
  CHECK_THAT(to_text(config), contains("\n" + key + " = "));
}

TEST_CASE("an unknown optimiser: the nearest name, and all of them", "[config]") {
  CHECK_THAT(error_text<Error>([] { check_optimizer("admw"); }),
             contains("optimizer: \"admw\"") && contains("did you mean \"adamw\"?") &&
                 contains("expected one of sgd, adam, adamw"));
}

}  // namespace eca::test
