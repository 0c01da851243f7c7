#!/bin/sh
# Stops a small program in a backward pass, in gdb, and compares what core/debug/gdb_printers.py says with what it
# should say; in float and in double. Exits with 77, skipped, where gdb is not installed.
set -eu

if ! command -v gdb >/dev/null; then
  echo "gdb printers: skipped, gdb is not installed"
  exit 77
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/program.cpp" <<'END'
#include <limits>

#include "core/base/scope.hpp"
#include "core/autograd/tape.hpp"

using namespace eca;

struct TwiceBackward final : Node {
  Saved x;
  explicit TwiceBackward(const Tensor& x_in) : Node({x_in}), x(x_in) {}
  const char* name() const override { return "TwiceBackward"; }
  void backward(const Tensor& dy) override;
};

void TwiceBackward::backward(const Tensor& dy) {
  if (GradSlot dx = grad_slot(0)) {
    for (int64_t i = 0; i < dy.numel(); ++i) dx.data[i] = 2 * dy.data()[i] + (dx.add ? dx.data[i] : 0);
  }
}

Tensor twice(const Tensor& x) {
  Tensor y = Tensor::empty(x.shape());
  for (int64_t i = 0; i < x.numel(); ++i) y.data()[i] = 2 * x.data()[i];
  return record<TwiceBackward>(y, x);
}

int main() {
  Tensor x = Tensor::from({1, 2, 3, 2}, {0, -1, 2, -3, 4, -5, 6, -7, 8, -9, 10, -11.5});
  x.set_name("x").set_requires_grad();
  const real nan = std::numeric_limits<real>::quiet_NaN();
  Tensor holed = Tensor::from({3}, {1, nan, -1}), all_holes = Tensor::full({2}, nan), empty = Tensor::zeros({0, 2});
  Tensor gates = Tensor::from({2, 3}, {0.5, 0.25, 1, 2, 30, -4});
  Tensor nothing, unstored = Tensor::unstored({2, 3});
  Tape tape;
  Scope layer("layer1");
  Tensor y = twice(x);
  Tensor z = twice(y);
  tape.backward(z, x);
}
END

cat >"$work/session" <<'END'
set pagination off
set width 0
break twice
run
finish
delete
break TwiceBackward::backward
continue
print dy
up 3
print x
print y
print nothing
print holed
print all_holes
print empty
print unstored
print x.body_._M_ptr->shape
tape
tape-node 0
plane x 0 1
plane gates
plane holed
python
for refused in "plane x", "plane gates 0 1", "plane nothing", "plane unstored 0 0", "plane *x.gradient() 0 0":
    try:
        gdb.execute(refused)
    except gdb.error as error:
        print(error)
end
tdiff x y
tdiff x x
down 3
next
print dx
next
plane inputs_[0] 0 1
print inputs_[0]
print inputs_
call (const char*) eca::tensor_str(x)
call (const char*) eca::tensor_str(dy)
END

expect() {
  grep -q -F -e "$1" "$work/output" && return
  echo "gdb printers, $real: expected a line with"
  echo "  $1"
  echo "found"
  sed 's/^/  /' "$work/output"
  exit 1
}

for real in float double; do
  # shellcheck disable=SC2046  # one word a flag
  ${CXX:-g++} -std=c++20 -O0 -g -I. $([ $real = float ] || echo -DECA_REAL_DOUBLE) -o "$work/program" \
    "$work/program.cpp" core/autograd/gradient.cpp core/autograd/tape.cpp core/autograd/tape_break.cpp \
    core/autograd/tensor.cpp core/memory/storage.cpp core/memory/aligned_memory.cpp core/memory/arena.cpp \
    core/base/closest_name.cpp core/base/profile.cpp core/base/scope.cpp core/base/shape.cpp core/base/text.cpp
  gdb -nx -batch -x core/debug/gdb_printers.py -x "$work/session" "$work/program" >"$work/output" 2>&1 || true

  # shellcheck disable=SC2016  # $1 is gdb's
  expect 'Value returned is $1 = Tensor "layer1.y" (1,2,3,2) min -23 max 20 nan 0 grad yes node #0'
  expect 'Tensor "d layer1.y" (1,2,3,2) min -11.5 max 10 nan 0 grad no'
  expect 'Tensor "x" (1,2,3,2) min -11.5 max 10 nan 0 grad yes'
  expect 'Tensor "layer1.y" (1,2,3,2) min -23 max 20 nan 0 grad yes node #0'
  expect 'Tensor (undefined)'
  expect 'Tensor "" (3) min -1 max 1 nan 1 grad no'
  expect 'Tensor "" (2) all 2 nan grad no'
  expect 'Tensor "" (0,2) no elements grad no'
  expect 'Tensor "" (2,3) not stored grad no'
  expect 'unstored: "" (2,3) is not stored'
  expect '= (1,2,3,2)'
  expect '  0  TwiceBackward  layer1  (1,2,3,2)'
  expect 'node #0 TwiceBackward in layer1'
  expect 'x = Saved Tensor "x" (1,2,3,2) min -11.5 max 10 nan 0 grad yes'
  expect 'input 0: Gradient of "x" (1,2,3,2) untouched: the next writer assigns'
  expect ' 0.5 0.25    1'
  expect '   2   30   -4'
  expect '  1 nan  -1'
  expect '"x" (1,2,3,2) has not two axes N,C: give an image and a channel too'
  expect 'nothing is an undefined tensor'
  expect '"d x" (1,2,3,2) has not been written yet'
  expect '"" (2,3) does not have the four axes N,H,W,C'
  expect '   -1    -3    -5'
  expect '   -7    -9 -11.5'
  expect 'max |a - b| = 11.5 at (0,1,2,1): -11.5 and -23; 11 of 12 elements differ'
  expect 'equal in every bit, 12 elements'
  expect ', assign it'
  expect '"d layer1.y" (1,2,3,2), image 0, channel 1'
  expect ' = Gradient of "layer1.y" (1,2,3,2) min -23 max 20 nan 0'
  expect '{Gradient of "layer1.y" (1,2,3,2) min -23 max 20 nan 0}'
  expect ' -2  -6 -10'
  expect '-14 -18 -23'
  expect '"Tensor \"layer1.y\" (1,2,3,2) min -23 max 20 nan 0 grad yes"'
  expect '"Tensor \"d layer1.y\" (1,2,3,2) min -11.5 max 10 nan 0 grad no"'
done
echo "gdb printers: OK, in float and double"
