#include "layers/dropout.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/gradcheck.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// Two dropouts under names, as in a network.
struct Two : Module {
  Dropout &first, &second;
  Two() : first(add_child<Dropout>("first", 0.5)), second(add_child<Dropout>("second", 0.5)) {}
  Tensor forward(const Tensor& x) override { return first(x); }
};

const Tensor kOnes = Tensor::full({10000}, 1);

}  // namespace

TEST_CASE("dropout: drops the share p and scales the rest up", "[layers][dropout]") {
  for (const double p : {0.1, 0.5, 0.9}) {
    CAPTURE(p);
    const Tensor y = dropout(kOnes, p, 1, 2, 3);
    int64_t dropped = 0, kept = 0;
    for (const real value : y.values()) {
      if (value == 0) ++dropped;
      if (value == static_cast<real>(1 / (1 - p))) ++kept;
    }
    CHECK(dropped + kept == 10000);
    CHECK(std::abs(static_cast<double>(dropped) / 10000 - p) < 0.02);  // 4 standard deviations
  }
  CHECK(same_bits(dropout(kOnes, 0, 1, 2, 3), kOnes));
}

TEST_CASE("dropout: the mask is a function of seed, step and stream", "[layers][dropout]") {
  const Tensor y = dropout(kOnes, 0.5, 1, 2, 3);
  CHECK(same_bits(dropout(kOnes, 0.5, 1, 2, 3), y));
  CHECK(!same_bits(dropout(kOnes, 0.5, 9, 2, 3), y));
  CHECK(!same_bits(dropout(kOnes, 0.5, 1, 9, 3), y));
  CHECK(!same_bits(dropout(kOnes, 0.5, 1, 2, 9), y));
}

TEST_CASE("dropout: the module drops in training only, by its path", "[layers][dropout]") {
  Two two;
  Dropout::set_address(1, 2);
  const Tensor y = two.first(kOnes);
  CHECK(same_bits(two.first(kOnes), y));
  CHECK(!same_bits(two.second(kOnes), y));
  Dropout::set_address(1, 3);
  CHECK(!same_bits(two.first(kOnes), y));
  two.eval();
  CHECK(same_bits(two.first(kOnes), kOnes));
}

TEST_CASE("dropout: p outside [0,1) is refused", "[layers][dropout]") {
  CHECK_THAT(error_text<Error>([] { dropout(kOnes, 1, 1, 2, 3); }), contains("dropout: p = 1.0"));
  CHECK_THAT(error_text<Error>([] { dropout(kOnes, -0.5, 1, 2, 3); }),
             contains("dropout: p = -0.500000, expected 0 <= p < 1"));
  CHECK_THAT(error_text<Error>([] { dropout(kOnes, std::nan(""), 1, 2, 3); }), contains("dropout: p = nan"));
}

#ifdef ECA_REAL_DOUBLE
TEST_CASE("dropout: gradient", "[grad][dropout]") {
  const Tensor x = random_tensor({3, 7}, 1);
  for (const double p : {0., 0.3, 0.7}) {
    CAPTURE(p);
    gradcheck("dropout", {{"x", x}}, [&] { return dropout(x, p, 1, 2, 3); });
  }
}
#endif
