// The checker itself: each fault a backward can have is planted, and has to be found.
#include "tests/gradcheck.hpp"

#ifdef ECA_REAL_DOUBLE

#include "core/autograd/tape.hpp"
#include "core/kernels/elementwise/elementwise.hpp"
#include "core/ops/elementwise.hpp"
#include "tests/catch.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

enum class Fault {
  none,
  sign,
  one_element,
  unassigned,
  never_adds,
  always_adds,
  zero,
  nothing,
  writes_dy,
  no_names
};

// y = x * x, with a backward that can be wrong in one way.
struct FaultyBackward final : Node {
  Saved x;
  Fault fault;
  FaultyBackward(const Tensor& x_in, Fault fault_in) : Node({x_in}), x(x_in), fault(fault_in) {}
  const char* name() const override { return "FaultyBackward"; }
  std::vector<NamedSaved> saved_tensors() const override {
    if (fault == Fault::no_names) return {};
    return {{"x", x}};
  }
  void backward(const Tensor& dy) override {
    if (fault == Fault::nothing) return;
    const GradSlot dx = grad_slot(0);
    for (int64_t i = 0; i < dy.numel(); ++i) {
      if (fault == Fault::unassigned && i == 3) continue;
      real value = 2 * x.data()[i] * dy.data()[i];
      if (fault == Fault::sign) value = -value;
      if (fault == Fault::one_element && i == 4) value *= 1 + 1e-4;
      if (fault == Fault::zero) value = 0;
      const bool add = fault == Fault::always_adds || (dx.add && fault != Fault::never_adds);
      dx.data[i] = add ? dx.data[i] + value : value;
    }
    if (fault == Fault::writes_dy) const_cast<real*>(dy.data())[0] = 0;
  }
};

Tensor faulty_square(const Tensor& x, Fault fault) {
  Tensor y = Tensor::empty(x.shape());
  kernels::mul_forward(y.data(), x.data(), x.data(), y.numel());
  return record<FaultyBackward>(y, x, fault);
}

}  // namespace

TEST_CASE("gradcheck: a right backward has no fault, every planted fault is found", "[grad]") {
  const SettingsRestored restored;
  set_kernel_mode(KernelMode::fast);  // the faulty backward is a loop of the host
  const Tensor x = random_away_from({0}, {2, 3}, 1, -1, 1);
  const auto faults = [&](Fault fault) {
    return gradient_faults({{"x", x}}, [&] { return faulty_square(x, fault); });
  };
  CHECK(faults(Fault::none).empty());
  for (const auto& [fault, text] :
       {std::pair{Fault::sign, "backward says"},
        {Fault::one_element, "dx(1,1): backward says"},
        {Fault::unassigned, "dx(1,0): backward says nan"},
        {Fault::never_adds, "not doubled by a second backward"},
        {Fault::always_adds, "backward says nan"},
        {Fault::zero, "dx is zero everywhere"},
        {Fault::nothing, "dx was never written"},
        {Fault::writes_dy, "dy was written to"},
        {Fault::no_names, "FaultyBackward saves 48 bytes, its saved_tensors() have 0"}}) {
    std::string all;
    for (const std::string& line : faults(fault)) all += line + "\n";
    CAPTURE(text);
    CHECK_THAT(all, contains(text));
  }
}

TEST_CASE("gradcheck: an input that does not reach y is a fault", "[grad]") {
  const Tensor a = random_tensor({3}, 1), b = random_tensor({3}, 2);
  const auto faults = gradient_faults({{"a", a}, {"b", b}}, [&] { return mul(a, a); });
  REQUIRE(faults.size() == 1);
  CHECK(faults[0] == "db was never written");
}

#endif
