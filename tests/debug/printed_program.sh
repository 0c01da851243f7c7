# Sourced by the tests of the printers: a small program to stop in, and what they expect of a debugger.
# shellcheck shell=sh disable=SC2154

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

# compile float|double: $work/program, with what it needs of the library as one file.
compile_program() {
  printf '#include "%s"\n' core/autograd/batch_sums.cpp core/autograd/gradient.cpp core/autograd/tape.cpp core/autograd/tape_break.cpp \
    core/autograd/tensor.cpp core/cuda/no_device.cpp core/memory/*.cpp core/kernels/elementwise/copy.cpp core/parallel/alone/ranks.cpp core/parallel/leaves.cpp core/parallel/threads.cpp \
    core/base/closest_name.cpp core/base/free_ranges.cpp core/base/kernel_mode.cpp core/base/profile.cpp core/base/scope.cpp core/base/shape.cpp \
    core/base/text.cpp >"$work/library.cpp"
  # shellcheck disable=SC2046  # one word a flag
  ${CXX:-g++} -std=c++20 -O0 -g -ffile-prefix-map=./= -fopenmp -I. $([ $1 = float ] || echo -DECA_REAL_DOUBLE) \
    -o "$work/program" "$work/program.cpp" "$work/library.cpp" -lopenblas
}

# The last output, in $work/output, has to have a line with this text.
expect() {
  grep -q -F -e "$1" "$work/output" && return
  echo "$printers, $real: expected a line with"
  echo "  $1"
  echo "found"
  sed 's/^/  /' "$work/output"
  exit 1
}
