#include "core/base/profile.hpp"

#include <set>

#include "core/autograd/tape.hpp"
#include "core/base/scope.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/reduce.hpp"
#include "layers/conv2d.hpp"
#include "tests/catch.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

namespace {

std::vector<std::string> keys(const Profile& profile) {
  std::vector<std::string> all;
  for (const Span& span : profile.spans()) all.push_back(span.scope + " " + span.op + " " + span.part);
  return all;
}

}  // namespace

TEST_CASE("profile: off unless one lives, and the inner one listens", "[core][profile]") {
  CHECK(Profile::current() == nullptr);
  const Tensor a = Tensor::full({2}, 1);
  Profile outer;
  CHECK(Profile::current() == &outer);
  {
    const Profile inner;
    CHECK(Profile::current() == &inner);
    add(a, a);
    CHECK(keys(inner) == std::vector<std::string>{" Add forward"});
  }
  CHECK(Profile::current() == &outer);
  CHECK(outer.spans().empty());
}

TEST_CASE("profile: every op has a forward and a backward, in the scope of its module", "[core][profile]") {
  Tensor x = random_tensor({1, 4, 4, 2}, 1), w = random_tensor({3, 3, 2, 2}, 2);
  x.set_requires_grad();
  w.set_requires_grad();
  Profile profile;
  for (int step = 0; step < 2; ++step) {
    Tape tape;
    const Tensor y = [&] {
      const Scope scope("layer1.conv");
      return conv2d(x, w, {}, {.padding = 1});
    }();
    tape.backward(sum(mul(y, y)));
  }
  CHECK(keys(profile) == std::vector<std::string>{"layer1.conv Conv2d forward", " Mul forward",
                                                  " Sum forward", " Sum backward", " Mul backward",
                                                  "layer1.conv Conv2d dx", "layer1.conv Conv2d dw",
                                                  "layer1.conv Conv2d backward"});
  for (const Span& span : profile.spans()) CHECK(span.count == 2);
}

TEST_CASE("profile: evaluation is seen too, although nothing is recorded", "[core][profile]") {
  const Tensor a = Tensor::full({2}, 1).set_requires_grad();
  Tape tape;
  const NoGrad no_grad;
  const Profile profile;
  add(a, a);
  CHECK(keys(profile) == std::vector<std::string>{" Add forward"});
  CHECK(tape.size() == 0);
}

TEST_CASE("profile: laps leave no gap and do not overlap", "[core][profile]") {
  using Clock = std::chrono::steady_clock;
  const Tensor a = random_tensor({1000}, 1);
  const auto begin = Clock::now();
  Profile profile;
  for (int i = 0; i < 10; ++i) mul(add(a, a), a);
  const double skipped_before = profile.seconds();
  profile.skip();
  profile.lap("", "nothing", "at all");
  const double elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  CHECK(profile.seconds() >= skipped_before);
  CHECK(profile.seconds() <= elapsed);
  double sum_of_spans = 0;
  for (const Span& span : profile.spans()) {
    CHECK(span.seconds >= 0);
    sum_of_spans += span.seconds;
  }
  CHECK(sum_of_spans == profile.seconds());
}

TEST_CASE("profile: listening changes no bit and no node", "[core][profile]") {
  const auto run = [] {
    Tensor x = random_tensor({2, 4, 4, 3}, 1).set_requires_grad(), w = random_tensor({3, 3, 3, 2}, 2);
    w.set_requires_grad();
    Tape tape;
    const Tensor y = conv2d(x, w, {});
    CHECK(tape.size() == 1);
    CHECK(dynamic_cast<const Conv2dNode&>(tape.node(0)).s.O == 2);
    tape.backward(y, random_tensor(y.shape(), 3));
    return copy_of(x.grad());
  };
  const Tensor quiet = run();
  const Profile profile;
  CHECK(same_bits(run(), quiet));
}

TEST_CASE("profile: an op is known to read and write each of its arrays", "[core][profile]") {
  const Tensor a = random_tensor({10}, 1).set_requires_grad(), b = random_tensor({10}, 2);
  Profile profile;
  {
    Tape tape;
    const Tensor y = mul(a, b);
    tape.backward(y, Tensor::full({10}, 1));
  }
  CHECK(profile.spans().at(0).numbers == 30);  // a, b, y
  CHECK(profile.spans().at(1).numbers == 40);  // dy, a and b, da
}
