#include "core/autograd/tape.hpp"

#include <cmath>
#include <limits>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/kernels/elementwise/elementwise.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/reduce.hpp"
#include "core/ops/reshape.hpp"
#include "core/optim/sgd.hpp"
#include "layers/activations.hpp"
#include "layers/cross_entropy.hpp"
#include "layers/fused/batch_norm_relu.hpp"
#include "models/registry.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

using Values = std::vector<real>;

Tensor leaf(const Values& values, const std::string& name = "leaf") {
  return Tensor::from({static_cast<int64_t>(values.size())}, values).set_name(name).set_requires_grad();
}

// y = x, and a look at the world when its backward runs.
struct ProbeBackward final : Node {
  std::vector<int64_t>* live_storages;
  ProbeBackward(const Tensor& x, std::vector<int64_t>* live_storages_in)
      : Node({x}), live_storages(live_storages_in) {}
  const char* name() const override { return "ProbeBackward"; }
  void backward(const Tensor& dy) override {
    live_storages->push_back(memory_stats().live_storages);
    recorded_on = Tape::current();
    pass_grad(0, dy);
  }
  static inline Tape* recorded_on = nullptr;
};

Tensor probe(const Tensor& x, std::vector<int64_t>* live_storages) {
  return record<ProbeBackward>(Tensor::sharing(x.storage(), x.shape(), ""), x, live_storages);
}

}  // namespace

// ---- what is recorded --------------------------------------------------------------------------------

TEST_CASE("tape: ops are recorded in order, with inputs, output, scope and number", "[core][tape]") {
  const Tensor a = leaf({1, 2}, "a"), b = leaf({3, 4}, "b");
  Tape tape;
  const Scope block("layer1.0");
  const Tensor y = mul(a, b);
  const Tensor z = [&] {
    const Scope activation("relu");
    return relu(y);
  }();
  REQUIRE(tape.size() == 2);
  CHECK(std::string(tape.node(0).name()) == "MulBackward");
  CHECK(tape.node(0).seq() == 0);
  CHECK(tape.node(0).scope() == "layer1.0");
  CHECK(tape.node(0).inputs() == std::vector<GradientPtr>{a.gradient(), b.gradient()});
  CHECK(tape.node(0).output() == y.gradient());
  CHECK(tape.node(0).saved_bytes() == 2 * 2 * static_cast<int64_t>(sizeof(real)));
  CHECK(tape.node(1).seq() == 1);
  CHECK(tape.node(1).scope() == "layer1.0.relu");
  CHECK(tape.node(1).inputs() == std::vector<GradientPtr>{y.gradient()});
  CHECK(y.name() == "layer1.0.y");
  CHECK(z.name() == "layer1.0.relu.y");
}

TEST_CASE("tape: an op whose inputs want no gradient is not recorded", "[core][tape]") {
  const Tensor a = Tensor::full({2}, 1), b = Tensor::full({2}, 2);
  Tape tape;
  const Tensor y = add(a, b);
  CHECK(tape.size() == 0);
  CHECK(!y.requires_grad());
  const Tensor z = add(y, leaf({1, 1}));
  CHECK(tape.size() == 1);
  CHECK(z.requires_grad());
}

TEST_CASE("tape: without a tape, ops compute and record nothing", "[core][tape]") {
  REQUIRE(Tape::current() == nullptr);
  const Tensor y = add(leaf({1, 2}), leaf({3, 4}));
  CHECK(y.values() == Values{4, 6});
  CHECK(!y.requires_grad());
}

TEST_CASE("tape: NoGrad stops recording for its lifetime, nested too", "[core][tape]") {
  const Tensor a = leaf({1, 2});
  Tape tape;
  {
    const NoGrad outer;
    CHECK(Tape::current() == nullptr);
    {
      const NoGrad inner;
      CHECK(!add(a, a).requires_grad());
    }
    CHECK(Tape::current() == nullptr);
    CHECK(!add(a, a).requires_grad());
  }
  CHECK(Tape::current() == &tape);
  CHECK(tape.size() == 0);
  CHECK(add(a, a).requires_grad());
  CHECK(tape.size() == 1);
}

TEST_CASE("tape: an inner tape records until it ends, then the outer one again", "[core][tape]") {
  Tensor a = leaf({1, 2});
  Tape outer;
  const Tensor y = scale(a, 3);
  {
    Tape inner;
    CHECK(Tape::current() == &inner);
    inner.backward(sum(scale(a, 5)));
    CHECK(a.grad().values() == Values{5, 5});
  }
  CHECK(Tape::current() == &outer);
  CHECK(outer.size() == 1);
  a.clear_grad();
  outer.backward(sum(y));
  CHECK(a.grad().values() == Values{3, 3});
}

TEST_CASE("tape: the backward pass itself is not recorded", "[core][tape]") {
  std::vector<int64_t> unused;
  Tape tape;
  ProbeBackward::recorded_on = &tape;
  tape.backward(sum(probe(leaf({1, 2}), &unused)));
  CHECK(unused.size() == 1);
  CHECK(ProbeBackward::recorded_on == nullptr);
  CHECK(tape.size() == 0);
  CHECK(Tape::current() == &tape);
}

// ---- gradients ---------------------------------------------------------------------------------------

TEST_CASE("tape: a value used twice gets both shares", "[core][tape]") {
  Tensor a = leaf({1, 2});
  Tape tape;
  const Tensor b = add(a, a), c = add(b, b);
  tape.backward(c, Tensor::from({2}, {10, 20}));
  CHECK(a.grad().values() == Values{40, 80});
}

TEST_CASE("tape: a value used by several ops gets the shares of all", "[core][tape]") {
  Tensor a = leaf({1, 2}), b = leaf({3, 5});
  Tape tape;
  const Tensor y = sub(add(mul(a, b), scale(a, 7)), relu(a));  // y = ab + 7a - relu(a)
  tape.backward(y, Tensor::from({2}, {1, 10}));
  CHECK(a.grad().values() == Values{3 + 7 - 1, 10 * (5 + 7 - 1)});
  CHECK(b.grad().values() == Values{1, 20});
}

TEST_CASE("tape: add and reshape share the array of dy instead of copying it", "[core][tape]") {
  Tensor a = leaf({1, 2}), b = leaf({3, 4});
  const Tensor dy = Tensor::from({2}, {5, 6});
  Tape tape;
  tape.backward(add(a, b), dy);
  CHECK(a.grad().data() == dy.data());
  CHECK(b.grad().data() == dy.data());
}

TEST_CASE("tape: a shared gradient is copied before something is added to it", "[core][tape]") {
  Tensor a = leaf({1, 2}), b = leaf({3, 4});
  const Tensor dy = Tensor::from({2}, {5, 6});
  for (int time = 0; time < 2; ++time) {
    Tape tape;
    tape.backward(time == 0 ? add(a, b) : scale(a, 10), dy);
  }
  CHECK(a.grad().values() == Values{55, 66});
  CHECK(b.grad().values() == Values{5, 6});
  CHECK(dy.values() == Values{5, 6});
}

TEST_CASE("tape: the gradients of one add(x, x) do not run into each other", "[core][tape]") {
  Tensor x = leaf({1, 2});
  const Tensor dy = Tensor::from({2}, {5, 6});
  Tape tape;
  tape.backward(add(x, x), dy);
  CHECK(x.grad().values() == Values{10, 12});
  CHECK(dy.values() == Values{5, 6});
}

TEST_CASE("tape: a residual with a shared gradient on both branches", "[core][tape]") {
  Tensor x = leaf({1, -2});
  Tape tape;
  const Tensor y = scale(x, 2);
  tape.backward(sum(add(scale(add(y, y), 3), reshape(y, {2}))));  // 3*(2y) + y = 7y = 14x
  CHECK(x.grad().values() == Values{14, 14});
}

TEST_CASE("tape: gradients add up over backward passes until they are cleared", "[core][tape]") {
  Tensor a = leaf({1, 2});
  const auto backward = [&] {
    Tape tape;
    tape.backward(sum(scale(a, 3)));
  };
  backward();
  backward();
  CHECK(a.grad().values() == Values{6, 6});
  a.clear_grad();
  CHECK(!a.grad().defined());
  backward();
  CHECK(a.grad().values() == Values{3, 3});
}

TEST_CASE("tape: what does not lead to the loss gets no gradient", "[core][tape]") {
  Tensor a = leaf({1, 2}), b = leaf({3, 4});
  Tape tape;
  const Tensor unused = scale(b, 2);
  const Tensor loss = sum(a);
  const Tensor after = scale(a, 100);  // recorded after the loss
  tape.backward(loss);
  CHECK(a.grad().values() == Values{1, 1});
  CHECK(!b.grad().defined());
}

TEST_CASE("tape: a gradient slot assigns first and adds afterwards", "[core][tape]") {
  struct SlotBackward final : Node {
    std::vector<bool>* adds;
    SlotBackward(const Tensor& x, const Tensor& unwanted, std::vector<bool>* adds_in)
        : Node({x, unwanted, Tensor()}), adds(adds_in) {}
    const char* name() const override { return "SlotBackward"; }
    void backward(const Tensor&) override {
      CHECK(!grad_slot(1));  // wants no gradient
      CHECK(!grad_slot(2));  // an absent tensor
      const GradSlot slot = grad_slot(0);
      REQUIRE(slot);
      adds->push_back(slot.add);
      slot.data[0] = slot.add ? slot.data[0] + 1 : 1;
    }
  };
  Tensor x = leaf({1});
  const Tensor unwanted = Tensor::zeros({1});
  std::vector<bool> adds;
  for (int time = 0; time < 3; ++time) {
    if (time == 2) x.clear_grad();
    Tape tape;
    const Tensor y = record<SlotBackward>(Tensor::zeros({1}), x, unwanted, &adds);
    const Tensor z = record<SlotBackward>(Tensor::zeros({1}), x, unwanted, &adds);
    tape.backward(add(y, z), Tensor::full({1}, 1));
  }
  CHECK(adds == std::vector<bool>{false, true, true, true, false, true});
  CHECK(x.grad().values() == Values{2});
}

TEST_CASE("tape: keep_grads keeps the gradients of intermediate tensors", "[core][tape]") {
  for (const bool keep : {false, true}) {
    CAPTURE(keep);
    Tensor a = leaf({1, 2});
    Tape tape;
    tape.keep_grads(keep);
    const Tensor b = scale(a, 3), c = add(b, b), loss = sum(c);
    tape.backward(loss);
    CHECK(a.grad().values() == Values{6, 6});
    REQUIRE(b.grad().defined() == keep);
    REQUIRE(c.grad().defined() == keep);
    if (keep) {
      CHECK(b.grad().values() == Values{2, 2});
      CHECK(c.grad().values() == Values{1, 1});
      CHECK(loss.grad().values() == Values{1});
    }
  }
}

TEST_CASE("tape: a gradient is laid over dy only where nobody else reads dy", "[core][tape]") {
  struct TwiceBackward final : Node {  // y = 2 x
    bool* laid_over;
    TwiceBackward(const Tensor& x, bool* laid_over_in) : Node({x}), laid_over(laid_over_in) {}
    const char* name() const override { return "TwiceBackward"; }
    void backward(const Tensor& dy) override {
      const bool over_dy = over(dy).data() == dy.data();
      const GradSlot dx = grad_slot_over(0, dy);
      *laid_over = dx.data == dy.data();
      CHECK((over_dy || !*laid_over));
      for (int64_t k = 0; k < dy.numel(); ++k) dx.data[k] = 2 * dy.data()[k] + (dx.add ? dx.data[k] : 0);
    }
  };
  const auto twice = [](const Tensor& x, bool& laid_over) {
    return record<TwiceBackward>(Tensor::zeros(x.shape()), x, &laid_over);
  };
  bool first = false, second = false;
  const auto gradient = [&](auto&& run) {
    Tensor x = leaf({1, 2});
    Tape tape;
    run(tape, x);
    return x.grad().values();
  };
  CHECK(gradient([&](Tape& tape, const Tensor& x) { tape.backward(sum(twice(twice(x, first), second))); }) ==
        Values{4, 4});
  CHECK((first && second));
  // add hands one array to both of its inputs: the first to be walked must leave it alone.
  CHECK(gradient([&](Tape& tape, const Tensor& x) {
          tape.backward(sum(add(twice(x, first), twice(x, second))));
        }) == Values{4, 4});
  CHECK((!first && !second));  // the second to be walked adds to what the first has assigned
  // Kept for a reader.
  CHECK(gradient([&](Tape& tape, const Tensor& x) {
          tape.keep_grads(true);
          const Tensor y = twice(x, first);
          tape.backward(sum(y));
          CHECK(y.grad().values() == Values{1, 1});
        }) == Values{2, 2});
  CHECK(!first);
  // dy belongs to the caller.
  CHECK(gradient([&](Tape& tape, const Tensor& x) {
          const Tensor dy = Tensor::full(x.shape(), 1);
          tape.backward(twice(x, first), dy);
          CHECK(dy.values() == Values{1, 1});
        }) == Values{2, 2});
  CHECK(!first);
}

// ---- errors ------------------------------------------------------------------------------------------

TEST_CASE("tape: backward starts from one element, or from a dy of y's shape", "[core][tape]") {
  const Tensor a = leaf({1, 2});
  Tape tape;
  Tensor y = scale(a, 2);
  y.set_name("logits");
  CHECK_THAT(error_text<ShapeError>([&] { tape.backward(y); }),
             contains("backward: loss \"logits\" (2), expected one element"));
  CHECK_THAT(error_text<ShapeError>([&] {
               tape.backward(y, Tensor::zeros({2, 1}));
             }),
             contains("backward: dy (2,1) for y (2)"));
  CHECK_NOTHROW(tape.backward(y, Tensor::zeros({2})));
}

TEST_CASE("tape: backward of what was not recorded is an error", "[core][tape]") {
  const Tensor a = leaf({1});
  Tensor constant = Tensor::zeros({1}).set_name("constant");
  Tape tape;
  CHECK_THAT(error_text<Error>([&] { tape.backward(constant); }),
             contains("backward: \"constant\" (1) was not recorded on this tape"));
  Tensor elsewhere;
  {
    Tape other;
    elsewhere = scale(a, 2);
    elsewhere.set_name("elsewhere");
  }
  CHECK_THAT(
      error_text<Error>([&] { tape.backward(elsewhere); }),
      contains("backward: \"elsewhere\" (1) was not recorded on this tape: no op made it from a tensor that "
               "requires a gradient, or not while this tape was the current one"));
}

TEST_CASE("tape: a second backward over the same pass is an error, not a silent nothing", "[core][tape]") {
  const Tensor a = leaf({1});
  Tape tape;
  Tensor loss = scale(a, 2);
  loss.set_name("loss");
  tape.backward(loss);
  CHECK(a.grad().values() == Values{2});
  CHECK_THAT(
      error_text<Error>([&] { tape.backward(loss); }),
      contains("backward: \"loss\" (1) is not on this tape, which has been walked and was emptied by it: a "
               "second backward needs a second forward pass"));
  CHECK(a.grad().values() == Values{2});
}

TEST_CASE("tape: a walk that an exception ends leaves the tape empty", "[core][tape]") {
  const Tensor a = leaf({1, 2}, "a");
  Tensor w = leaf({3, 4}, "w");
  Tape tape;
  const Tensor loss = sum(mul(relu(mul(a, w)), a));
  w.write_in_place()[0] = 9;
  CHECK_THAT(error_text<Error>([&] { tape.backward(loss); }), contains("written in place"));
  CHECK(tape.size() == 0);
  CHECK_THAT(error_text<Error>([&] { tape.backward(loss); }), contains("which has been walked"));
  const Tensor again = sum(mul(a, w));
  CHECK(tape.node(0).seq() == 0);
  CHECK_NOTHROW(tape.backward(again));
}

TEST_CASE("tape: a saved tensor written in place is an error naming tensor and versions", "[core][tape]") {
  Tensor a = leaf({1, 2}), w = leaf({3, 4}, "conv1.weight");
  w.write_in_place();
  Tape tape;
  const Tensor loss = sum(mul(a, w));
  w.write_in_place()[0] = 9;
  const std::string text = error_text<Error>([&] { tape.backward(loss); });
  CHECK_THAT(text, contains("\"conv1.weight\" (2) was written in place after the forward pass saved it"));
  CHECK_THAT(text, contains("(version 1 then, 2 now)"));
}

TEST_CASE("tape: tensor_str of what a node saved says if it was written since", "[core][tape]") {
  Tensor w = leaf({3, 4}, "w");
  const Saved saved = w;
  CHECK(std::string(tensor_str(saved)) == "Tensor \"w\" (2) min 3 max 4 nan 0 grad yes");
  w.write_in_place()[0] = 9;
  CHECK(std::string(tensor_str(saved)) ==
        "Tensor \"w\" (2) min 4 max 9 nan 0 grad yes, written since it was saved");
  CHECK(std::string(tensor_str(Saved())) == "Tensor (undefined)");
}

TEST_CASE("tape: a tensor without an array can be saved, and says so when it is read", "[core][tape]") {
  const Saved saved = Tensor::unstored({2, 3}).set_name("y");
  CHECK_THAT(error_text<Error>([&] { saved.get().values(); }), contains("tensor: \"y\" (2,3) is not stored"));
}

TEST_CASE("tape: check_finite names the first bad output and its module", "[core][tape]") {
  const SettingsRestored restored;
  set_check_finite(true);
  const real infinity = std::numeric_limits<real>::infinity();
  const Tensor x = Tensor::from({2}, {1, infinity}).set_name("input").set_requires_grad();
  Tape tape;
  const Scope scope("layer2.0.eca");
  const std::string text = error_text<Error>([&] { relu(x); });
  CHECK_THAT(text, contains("not finite: output of Relu in layer2.0.eca"));
  CHECK_THAT(text, contains("element 1 of Tensor"));
  CHECK_THAT(text, contains("max inf"));
  CHECK_NOTHROW(relu(leaf({1, 2})));
}

TEST_CASE("tape: check_finite names the op whose output is not stored, not the one that reads it",
          "[core][tape]") {
  const SettingsRestored restored;
  const real infinity = std::numeric_limits<real>::infinity();
  BatchNorm2d bn(2);
  bn.eval();
  const Tensor good = random_tensor({1, 2, 2, 2}, 1);
  Tensor bad = Tensor::from({1, 2, 2, 2}, good.values());
  bad.at({0, 1, 0, 1}) = infinity;
  const BatchNormValues values = bn.values(good);
  set_check_finite(true);
  const Scope scope("layer1.0.bn1");
  CHECK_NOTHROW(batch_norm_relu_unstored(good, values));
  CHECK_THAT(error_text<Error>([&] { batch_norm_relu_unstored(bad, values); }),
             contains("not finite: output of BatchNormRelu in layer1.0.bn1"));
}

TEST_CASE("tape: check_finite names the first bad gradient, its node and its module", "[core][tape]") {
  const SettingsRestored restored;
  set_check_finite(true);
  const Tensor x = leaf({1, 2});
  Tape tape;
  Tensor y;
  {
    const Scope scope("layer1.0.relu");
    y = relu(x);
  }
  const real nan = std::numeric_limits<real>::quiet_NaN();
  const std::string text = error_text<Error>([&] { tape.backward(y, Tensor::from({2}, {0, nan})); });
  CHECK_THAT(text, contains("not finite: gradient in node #0 ReluBackward in layer1.0.relu"));
  CHECK_THAT(text, contains("element 1 of Tensor \"d layer1.0.relu.y\" (2)"));
  CHECK_THAT(text, contains("nan 1"));
}

TEST_CASE("tape: check_finite sees the gradient of a parameter, which no other node reads", "[core][tape]") {
  const SettingsRestored restored;
  set_check_finite(true);
  const real large = std::sqrt(std::numeric_limits<real>::max()) * 2;
  const Tensor a = leaf({1}, "a"), b = Tensor::full({1}, large);
  Tape tape;
  const Tensor y = mul(a, b);  // da = dy * b overflows
  CHECK_THAT(error_text<Error>([&] { tape.backward(y, Tensor::full({1}, large)); }),
             contains("not finite: gradient"));
}

// ---- memory ------------------------------------------------------------------------------------------

TEST_CASE("tape: a node and what it saved are freed as soon as it is walked", "[core][tape]") {
  std::vector<int64_t> live;
  Tensor x = random_tensor({4}, 1);
  x.set_requires_grad();
  const int64_t before = memory_stats().live_storages;
  {
    Tape tape;
    Tensor y = probe(x, &live);
    for (int i = 0; i < 10; ++i) y = sigmoid(y);  // each saves its own output
    const Tensor loss = sum(y);
    y = Tensor();
    CHECK(memory_stats().live_storages == before + 11);
    tape.backward(loss);
    CHECK(tape.size() == 0);
    CHECK(memory_stats().live_storages == before + 2);  // loss, and x's gradient
  }
  REQUIRE(live.size() == 1);
  CHECK(live[0] == before + 3);  // at the last node: loss, its gradient 1, and the gradient on its way
}

TEST_CASE("tape: dropping a tape that was not walked frees everything", "[core][tape]") {
  const Tensor x = leaf({1, 2});
  const int64_t before = memory_stats().live_storages;
  {
    Tape tape;
    Tensor y = x;
    for (int i = 0; i < 100; ++i) y = sigmoid(y);
  }
  CHECK(memory_stats().live_storages == before);
}

TEST_CASE("tape: a graph of 100000 ops needs no stack", "[core][tape]") {
  Tensor x = leaf({1});
  for (const bool walked : {true, false}) {
    CAPTURE(walked);
    x.clear_grad();
    Tape tape;
    Tensor y = x;
    for (int i = 0; i < 100000; ++i) y = add(y, x);
    CHECK(tape.size() == 100000);
    CHECK(y.item() == 100001);
    if (walked) {
      tape.backward(y);
      CHECK(x.grad().item() == 100001);
    }
  }
}

TEST_CASE("tape: from its third step on, training keeps its memory and asks for no more", "[core][tape]") {
  const SettingsRestored restored;
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    CAPTURE(to_string(mode));
    release_free_memory();
    const auto model = make_model(ModelConfig{});  // eca_resnet20
    model->initialise(1);
    Sgd optimizer(model->parameters(), {.momentum = 0.9});
    const Tensor x = random_tensor({2, 8, 8, 3}, 1);
    std::vector<MemoryStats> after;
    for (int step = 0; step < 4; ++step) {
      optimizer.clear_grads();
      Tape tape;
      tape.backward(cross_entropy((*model)(x), {1, 2}));
      CHECK(tape.size() == 0);
      optimizer.step(0.1);
      after.push_back(memory_stats());
    }
    CHECK(after[2].live_storages == after[1].live_storages);
    CHECK(after[3].live_storages == after[1].live_storages);
    CHECK(after[2].live_bytes == after[1].live_bytes);
#ifndef ECA_NO_ARENA
    CHECK(after[2].reach_bytes == after[1].reach_bytes);
    CHECK(after[3].reach_bytes == after[1].reach_bytes);
#endif
  }
}
