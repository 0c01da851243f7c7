// Five steps of each optimiser against torch.optim.
#include <algorithm>

#include "core/optim/adam.hpp"
#include "core/optim/sgd.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/golden/golden.hpp"
#include "tests/settings.hpp"

using namespace eca;
using namespace eca::test;

static std::unique_ptr<Optimizer> make_optimizer(const GoldenCase& c, Parameter& w) {
  const auto kind = c.option<std::string>("kind");
  const auto weight_decay = c.option<double>("weight_decay");
  if (kind == "sgd") {
    const SgdOptions options = {.momentum = c.option<double>("momentum"),
                                .weight_decay = weight_decay,
                                .nesterov = c.option<bool>("nesterov")};
    return std::make_unique<Sgd>(std::vector<Parameter*>{&w}, options);
  }
  REQUIRE((kind == "adam" || kind == "adamw"));
  const AdamOptions options = {.beta1 = c.option<double>("beta1"),
                               .beta2 = c.option<double>("beta2"),
                               .epsilon = c.option<double>("eps"),
                               .weight_decay = weight_decay,
                               .decoupled = kind == "adamw"};
  return std::make_unique<Adam>(std::vector<Parameter*>{&w}, options);
}

TEST_CASE("optimisers: five steps agree with PyTorch", "[golden][optim]") {
  const SettingsRestored restored;
  const Golden golden("optimizers");
  CHECK(golden.cases().size() == 10);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      Parameter w = {"w", c.same("w0").set_requires_grad(), FileLayout::same, {}, /*decay=*/true};
      const auto optimizer = make_optimizer(c, w);
      const Tensor gradients = c.same("g"), expected = c.same("w");
      const int64_t n = w.value.numel();
      for (int64_t step = 0; step < gradients.dim(0); ++step) {
        const auto of_step = [&](const Tensor& all) {
          const std::vector<real> values = all.values();
          return Tensor::from({n}, {values.begin() + step * n, values.begin() + (step + 1) * n});
        };
        const Tensor g = of_step(gradients), after = of_step(expected);
        w.value.gradient()->storage = g.storage();
        w.value.gradient()->touched = true;
        optimizer->step(c.option<double>("lr"));
        check_golden("w after step " + std::to_string(step), w.value, after);
      }
      ++counters.goldens;
    }
  }
}
