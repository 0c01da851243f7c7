#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "core/autograd/tape.hpp"
#include "core/base/scope.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/reduce.hpp"
#include "experiments/step/key_terminal.hpp"
#include "experiments/step/step_session.hpp"
#include "experiments/step/step_watch.hpp"
#include "tests/catch.hpp"

namespace eca::test {

namespace {

// y = x, whose backward is wrong on purpose: dx[0] = NaN.
struct BrokenBackward final : Node {
  explicit BrokenBackward(const Tensor& x) : Node({x}) {}
  const char* name() const override { return "BrokenBackward"; }
  void backward(const Tensor& dy) override {
    if (GradSlot dx = grad_slot(0)) {
      for (int64_t i = 0; i < dy.numel(); ++i) dx.data[i] = dy.data()[i];
      dx.data[0] = std::numeric_limits<real>::quiet_NaN();
    }
  }
};

Tensor broken(const Tensor& x) {
  const Tensor y = Tensor::from(x.shape(), x.values());
  return record<BrokenBackward>(y, x);
}

// loss = sum(broken(x * w) * w), five nodes with one that leads nowhere:
// #0 mul in net.first, #1 broken in net.second, #2 scale (leads nowhere), #3 mul in net.third, #4 sum
struct Example {
  Tensor x = Tensor::from({2}, {3, 4}), w = Tensor::from({2}, {1, -2});
  Tape tape;
  Tensor loss;

  Example() {
    w.set_name("w").set_requires_grad();
    Tensor y, z;
    const Scope net("net");
    {
      const Scope scope("first");
      y = mul(x, w);
    }
    {
      const Scope scope("second");
      y = broken(y);
      z = scale(y, 2);
    }
    {
      const Scope scope("third");
      y = mul(y, w);
    }
    loss = sum(y);
  }

  std::vector<StepRow> rows() {
    std::vector<StepRow> rows;
    const StepWatch watch([&](const StepRow& row) { rows.push_back(row); });
    tape.backward(loss);
    return rows;
  }

  // What is shown when these keys are pressed.
  std::string shown(const std::string& keys) {
    std::istringstream in(keys);
    std::ostringstream out;
    StepSession session(
        places_of(tape), [&] { return in.get(); }, out);
    bool going = true;
    const StepWatch watch([&](const StepRow& row) { going = going && session.take(row); });
    tape.backward(loss);
    return out.str() + session.unmet();
  }
};

}  // namespace

TEST_CASE("a range leaves out what is not finite, and counts it", "[step]") {
  const real infinity = std::numeric_limits<real>::infinity();
  const std::vector<real> values = {infinity, 3, -4, std::numeric_limits<real>::quiet_NaN()};
  const ValueRange range = range_of(values);
  CHECK(range.min == -4);
  CHECK(range.max == 3);
  CHECK(range.norm == 5);
  CHECK(range.not_finite == 2);
  CHECK(range_of(std::span(values).first(1)).max == 0);
}

TEST_CASE("a row of every node, from the loss to the first", "[step]") {
  const std::vector<StepRow> rows = Example().rows();
  REQUIRE(rows.size() == 5);
  for (size_t i = 0; i < 5; ++i) CHECK(rows[i].seq == 4 - static_cast<int64_t>(i));

  CHECK(rows[0].node == "SumBackward");
  CHECK(rows[0].scope == "net");
  CHECK(rows[0].dy.norm == 1);

  const StepRow& third = rows[1];  // dy = (1,1), so dx = w and dw = y = (3,-8)
  CHECK(third.node == "MulBackward");
  CHECK(third.scope == "net.third");
  CHECK(third.output == Shape({2}));
  CHECK(third.dy.norm == Approx(std::sqrt(2)));
  REQUIRE(third.gradients.size() == 2);
  CHECK(third.gradients[0].values.min == -2);
  CHECK(third.gradients[0].values.max == 1);
  CHECK(third.gradients[1].name == "w");
  CHECK(third.gradients[1].values.min == -8);
  CHECK(third.gradients[1].values.norm == Approx(std::sqrt(73)));
  CHECK(third.saved_bytes == 4 * static_cast<int64_t>(sizeof(real)));
  REQUIRE(third.saved.size() == 2);
  CHECK(third.saved[0].role == "a");
  CHECK(third.saved[0].name == "net.second.y");
  CHECK(third.saved[0].values.min == -8);
  CHECK(third.saved[1].role == "b");
  CHECK(third.saved[1].name == "w");
  CHECK(third.saved[1].shape == Shape({2}));
  CHECK(third.saved[1].values.max == 1);

  CHECK_FALSE(rows[2].reached);
  CHECK(rows[2].gradients.empty());
  CHECK_FALSE(has_not_finite(rows[2]));

  CHECK(rows[3].dy.not_finite == 0);
  CHECK(rows[3].gradients[0].values.not_finite == 1);
  CHECK(has_not_finite(rows[3]));
  CHECK(rows[4].dy.not_finite == 1);
}

TEST_CASE("bytes freed after a node: dy, and what it alone had saved", "[step]") {
  Tensor w = Tensor::from({1000}, std::vector<real>(1000, 2));
  w.set_requires_grad();
  std::vector<StepRow> rows;
  Tape tape;
  const Tensor loss = sum(mul(scale(w, 3), w));  // scale's y is kept by mul alone
  const StepWatch watch([&](const StepRow& row) { rows.push_back(row); });
  const Tensor dy = Tensor::full({}, 1);  // held here, so that the walk's end frees nothing more
  tape.backward(loss, dy);
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].node == "MulBackward");
  CHECK(rows[1].freed_bytes >= 1000 * static_cast<int64_t>(sizeof(real)));
  CHECK(rows[1].freed_bytes < 3000 * static_cast<int64_t>(sizeof(real)));
  CHECK(rows.back().live_bytes == memory_stats().live_bytes);
}

TEST_CASE("a row in a file and on a screen", "[step]") {
  const std::vector<StepRow> rows = Example().rows();
  const std::string head = csv_head(), line = csv_line(rows[1]);
  CHECK(std::ranges::count(head, ',') == 12);
  CHECK(std::ranges::count(line, ',') == 12);
  CHECK(std::ranges::count(csv_line(rows[2]), ',') == 12);
  CHECK(line.starts_with("3,MulBackward,net.third,2,1,1,1.4142135"));
  CHECK_THAT(line, contains("; w 2 min -8 max 3 norm 8.544003"));
  CHECK_THAT(line,
             contains(",a = net.second.y 2 min -8 max 3 ") && contains("; b = w 2 min -2 max 1 norm 2.23"));
  CHECK_THAT(screen_text(rows[1]), contains("  saved a = net.second.y ") && contains("  saved b = w "));
  CHECK_THAT(screen_text(rows[1]),
             contains("#3 MulBackward in net.third\n  d net.third.y") && !contains("NOT"));
  CHECK_THAT(screen_text(rows[2]), contains("nothing leads from here to the loss"));
  CHECK_THAT(screen_text(rows[3]), contains("NOT FINITE 1"));
}

TEST_CASE("what is saved and not stored, or has no name of its own", "[step]") {
  const StepRow row = {
      .seq = 3,
      .node = "FusedConv2dBackward",
      .saved = {{"x", "layer1.0.y", Shape({2, 3}), /*stored=*/false, {}},
                {"scale", "", Shape({3}), /*stored=*/true, {.min = 1, .max = 2, .norm = 3}}}};
  CHECK_THAT(csv_line(row),
             contains(",x = layer1.0.y 2x3 not stored; scale 3 min 1 max 2 norm 3 not_finite 0\n"));
  CHECK_THAT(screen_text(row),
             contains("  saved x = layer1.0.y ") && contains(" not stored\n  saved scale  "));
}

TEST_CASE("keys: after fg the node is shown again, or what was typed", "[step]") {
  const auto shown = [](std::vector<int> keys) {
    Example example;
    std::ostringstream out;
    size_t next = 0;
    StepSession session(
        places_of(example.tape), [&] { return next < keys.size() ? keys[next++] : -1; }, out);
    bool going = true;
    const StepWatch watch([&](const StepRow& row) { going = going && session.take(row); });
    example.tape.backward(example.loss);
    return out.str();
  };
  const std::string twice = shown({KeyTerminal::kShowAgain, 'q'});
  CHECK(twice.find("#4 Sum") != twice.rfind("#4 Sum"));
  CHECK_THAT(shown({'m', 'n', KeyTerminal::kShowAgain, 'e', 't', '\n', 'q'}),
             contains("m nm net") && contains("#3 Mul"));
}

TEST_CASE("keys: the next node, a number, a module, the first NaN, quit", "[step]") {
  CHECK_THAT(Example().shown("q"), contains("#4 ") && !contains("#3 "));
  CHECK_THAT(Example().shown(""), contains("#4 ") && !contains("#3 "));
  CHECK_THAT(Example().shown("\n q"),
             contains("#4 ") && contains("#3 ") && contains("#2 ") && !contains("#1 "));
  CHECK_THAT(Example().shown("1\nq"), !contains("#3 ") && !contains("#2 ") && contains("#1 Broken"));
  CHECK_THAT(Example().shown("19\b\177"
                             "1\nq"),
             contains("#1 Broken"));
  CHECK_THAT(Example().shown("mnet.first\n"), !contains("#1 ") && contains("#0 Mul"));
  CHECK_THAT(Example().shown("m net\nq"), contains("#3 ") && !contains("#2 "));
  CHECK_THAT(Example().shown("xq"), !contains("#3 ") && !contains("#2 ") && contains("#1 Broken"));
  CHECK_THAT(Example().shown("?q"), contains(StepSession::help()));
}

TEST_CASE("keys: what is not there is refused, and the walk waits", "[step]") {
  CHECK_THAT(Example().shown("4\nq"),
             contains("\"#4\": expected a node that is left, #0 to #3") && !contains("#3 M"));
  CHECK_THAT(Example().shown("m net.frist\nq"),
             contains("no node that is left lies in \"net.frist\" (did you mean \"net.first\"?)"));
  CHECK_THAT(Example().shown("mnet.third\nm net.third\nq"), contains("no node that is left lies in"));
  Tensor w = Tensor::from({1}, {2});
  w.set_requires_grad();
  std::istringstream in("x");
  std::ostringstream out;
  Tape tape;
  const Tensor loss = sum(scale(w, 3));
  StepSession session(
      places_of(tape), [&] { return in.get(); }, out);
  const StepWatch watch([&](const StepRow& row) { session.take(row); });
  tape.backward(loss);
  CHECK_THAT(session.unmet(), contains("no node that was left has a NaN"));
}

TEST_CASE("where a watch throws, the tape is empty and nothing watches on", "[step]") {
  Example example;
  int rows = 0;
  {
    const StepWatch watch([&](const StepRow&) {
      if (++rows == 2) throw 0;
    });
    CHECK_THROWS_AS(example.tape.backward(example.loss), int);
  }
  CHECK(rows == 2);
  CHECK(example.tape.size() == 0);
  CHECK(TapeWatch::current() == nullptr);
}

}  // namespace eca::test
