#include "core/autograd/tape.hpp"
#include "core/ops/elementwise.hpp"
#include "tests/catch.hpp"
#include "tests/tensors.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("A tape keeps the outputs of its ops if asked to, and of gradients those that are held", "[tape]") {
  const Tensor x = random_tensor({3}, 1).set_requires_grad();
  Tape tape;
  const Tensor unseen = add(x, x);
  CHECK(!tape.node(0).value().defined());
  tape.keep_values(true);
  tape.keep_grads(true);
  const Tensor y = mul(add(unseen, x), x);
  const Tensor inner = tape.node(1).value();
  CHECK(inner.at({1}) == Approx(3 * x.at({1})));
  CHECK(tape.node(2).value().storage() == y.storage());
  tape.backward(y, Tensor::full({3}, 2));
  CHECK(tape.size() == 0);
  CHECK(inner.grad().at({1}) == Approx(2 * x.at({1})));
}
