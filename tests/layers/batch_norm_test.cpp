#include "layers/batch_norm.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/error_text.hpp"
#include "tests/golden/golden.hpp"
#include "tests/gradcheck.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("batch norm: each rule has its message", "[layers][batch_norm]") {
  Tensor x = Tensor::zeros({2, 3, 4, 5}).set_name("conv1.y"), c5 = Tensor::zeros({5});
  Tensor c4 = Tensor::zeros({4}).set_name("short");
  const auto train = [&](const Tensor& x_in, const Tensor& gamma, const Tensor& beta, Tensor mean,
                         Tensor var) {
    return error_text<ShapeError>([&] { batch_norm_train(x_in, gamma, beta, mean, var); });
  };
  CHECK_THAT(train(Tensor::zeros({2, 5}), c5, c5, c5, c5),
             contains("batch_norm: x must have 4 axes, found 2"));
  const std::string text = train(x, c4, c5, c5, c5);
  CHECK_THAT(text, contains("batch_norm: channels of x do not match gamma\n"));
  CHECK_THAT(text, contains("\"conv1.y\"  C = 5"));
  CHECK_THAT(text, contains("gamma  (4)"));
  CHECK_THAT(text, contains("\"short\""));
  CHECK_THAT(train(x, c5, c4, c5, c5), contains("do not match beta"));
  CHECK_THAT(train(x, c5, c5, c4, c5), contains("do not match running_mean"));
  CHECK_THAT(train(x, c5, c5, c5, c4), contains("do not match running_var"));
  CHECK_THAT(train(x, Tensor::zeros({1, 5}), c5, c5, c5), contains("do not match gamma"));
  CHECK_THAT(train(x, Tensor(), c5, c5, c5), contains("gamma  (undefined)"));
  const Tensor no_channels = Tensor::zeros({2, 3, 4, 0}), c0 = Tensor::zeros({0});
  CHECK_THAT(train(no_channels, c0, c0, c0, c0), contains("batch_norm: x has no channels"));
  CHECK_THAT(error_text<ShapeError>([&] { batch_norm_eval(x, c5, c5, c5, c4); }),
             contains("do not match running_var"));
}

TEST_CASE("batch norm: one value a channel cannot train, but can be evaluated", "[layers][batch_norm]") {
  BatchNorm2d bn(3);
  bn.initialise(1);
  const Tensor x = random_tensor({1, 1, 1, 3}, 1);
  const std::string text = error_text<ShapeError>([&] { bn(x); });
  CHECK_THAT(text, contains("batch_norm: training needs more than one value per channel"));
  CHECK_THAT(text, contains("(1,1,1,3)"));
  CHECK_THAT(text, contains("N*H*W = 1"));
  bn.eval();
  CHECK_NOTHROW(bn(x));
}

TEST_CASE("batch norm: mode comes from train() and eval() alone", "[layers][batch_norm]") {
  const SettingsRestored restored;
  const Tensor x = random_tensor({4, 3, 2, 5}, 1, 2, 4);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    BatchNorm2d bn(5);
    bn.initialise(1);
    const auto buffers = bn.buffers();
    REQUIRE(buffers.size() == 3);
    CHECK(buffers[0]->name == "running_mean");
    CHECK(buffers[1]->name == "running_var");
    CHECK(buffers[2]->name == "num_batches_tracked");
    CHECK(bn.training());

    const Tensor y = bn(x);  // mean about 3, variance about 1/3
    for (int64_t c = 0; c < 5; ++c) {
      double mean = 0;
      for (int64_t r = 0; r < 24; ++r) mean += static_cast<double>(y.values()[r * 5 + c]) / 24;
      CHECK(std::abs(mean) < 1e-5);
      CHECK(buffers[0]->value.values()[c] > real{0.25});
      CHECK(buffers[1]->value.values()[c] < real{0.97});
    }
    CHECK(buffers[2]->value.item() == 1);

    bn.eval();
    const Tensor mean_before = copy_of(buffers[0]->value), var_before = copy_of(buffers[1]->value);
    const Tensor z = bn(x);
    CHECK(same_bits(buffers[0]->value, mean_before));
    CHECK(same_bits(buffers[1]->value, var_before));
    CHECK(buffers[2]->value.item() == 1);
    CHECK(difference(z, y, 1e-3) != "");  // it used the running statistics
    bn.train();
    CHECK(same_bits(bn(x), y));
    CHECK(buffers[2]->value.item() == 2);
  }
}

TEST_CASE("batch norm: statistics that moved between evaluation and its backward are an error",
          "[layers][batch_norm]") {
  BatchNorm2d bn(3);
  bn.initialise(1);
  const Tensor x = random_tensor({2, 2, 2, 3}, 1);
  Tape tape;
  bn.eval();
  const Tensor y = bn(x);
  bn.train();
  bn(x);
  CHECK_THAT(error_text<Error>([&] { tape.backward(y, x); }),
             contains("\"running_mean\" (3) was written in place after the forward pass saved it"));
}

TEST_CASE("batch norm: neither parameter decays", "[layers][batch_norm]") {
  BatchNorm2d bn(3);
  bn.initialise(1);
  const auto parameters = bn.parameters();
  REQUIRE(parameters.size() == 2);
  CHECK(parameters[0]->value.values() == std::vector<real>{1, 1, 1});
  CHECK(parameters[1]->value.values() == std::vector<real>{0, 0, 0});
  CHECK(!parameters[0]->decay);
  CHECK(!parameters[1]->decay);
}

TEST_CASE("batch norm: agrees with PyTorch", "[golden][batch_norm]") {
  const SettingsRestored restored;
  const Golden golden("batch_norm2d");
  CHECK(golden.cases().size() == 5);
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      const BatchNormOptions options = {.eps = c.option<double>("eps"),
                                        .momentum = c.option<double>("momentum")};
      Tensor x = c.images("x").set_requires_grad(), gamma = c.same("gamma").set_requires_grad(),
             beta = c.same("beta").set_requires_grad();
      Tensor mean = c.same("running_mean"), var = c.same("running_var");
      Tape tape;
      const Tensor y = c.option<bool>("train") ? batch_norm_train(x, gamma, beta, mean, var, options)
                                               : batch_norm_eval(x, gamma, beta, mean, var, options);
      check_golden("y", y, c.images("y"));
      check_golden("running_mean", mean, c.same("running_mean_after"));
      check_golden("running_var", var, c.same("running_var_after"));
      tape.backward(y, c.images("dy"));
      check_golden("dx", x.grad(), c.images("dx"));
      check_golden("dgamma", gamma.grad(), c.same("dgamma"));
      check_golden("dbeta", beta.grad(), c.same("dbeta"));
      ++counters.goldens;
    }
  }
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("batch norm: gradients in training and in evaluation", "[grad][batch_norm]") {
  for (const Shape& shape : {Shape{2, 3, 2, 3}, {5, 1, 1, 2}, {1, 5, 3, 1}, {2, 1, 1, 5}, {1, 3, 3, 17}}) {
    CAPTURE(shape.str());
    const int64_t C = shape.dim(3);
    const Tensor x = random_tensor(shape, 1, -2, 3), gamma = random_tensor({C}, 2, 0.5, 1.5),
                 beta = random_tensor({C}, 3), mean = random_tensor({C}, 4),
                 var = random_tensor({C}, 5, 0.5, 2);
    gradcheck("batch norm, training", {{"x", x}, {"gamma", gamma}, {"beta", beta}}, [&] {
      Tensor running_mean = copy_of(mean), running_var = copy_of(var);
      return batch_norm_train(x, gamma, beta, running_mean, running_var, {.eps = 1e-3});
    });
    gradcheck("batch norm, evaluation", {{"x", x}, {"gamma", gamma}, {"beta", beta}},
              [&] { return batch_norm_eval(x, gamma, beta, mean, var, {.eps = 1e-3}); });
  }
}
#endif
