// What the pair tests of the kernels share. Twins are compared by the kernel's public name, which is another of them in each
// kernel mode, on arrays that lie where that mode computes: the plain loop, the fast twin, and where there is a GPU, or the
// processor plays one, what runs there.
//
//   check_twins("dx", x.shape(), sum_tolerance(K),
//               [&](Here& here, GradSlot dx) { kernels::conv2d_dx(dx, here(dy), here(w), s); });
#pragma once

#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/settings.hpp"
#include "tests/tensors.hpp"

namespace eca::test {

inline constexpr double kEps = std::numeric_limits<real>::epsilon();

// How far two sums of the same `terms` products of numbers in [-1,1] may lie apart when taken in another
// order. Partial sums are a random walk, of size sqrt(terms) at most about; each of the `terms` additions
// rounds by eps/2 of that in a random direction: sqrt(terms) * sqrt(terms) * eps/2 for each of the two sums.
// A term too many, too few or with the wrong sign is some 1e4 times as large.
inline double sum_tolerance(int64_t terms) { return kEps * static_cast<double>(terms + 8); }

struct Tolerance {
  double absolute, relative;  // to the largest value

  // Implicit, so that a number can be passed.
  Tolerance(double absolute_in, double relative_in = 0) : absolute(absolute_in), relative(relative_in) {}
};

// The arrays that a kernel reads, where the kernels in force compute: a tensor's own, or a copy for as long as this lives.
class Here {
 public:
  // Null if x is undefined.
  const real* operator()(const Tensor& x) {
    if (!x.defined()) return nullptr;
    kept_.push_back(x.storage()->place == place_of_results() ? x : copy_of(x));
    return kept_.back().storage()->data;
  }

 private:
  std::vector<Tensor> kept_;
};

// How a test calls one twin. It writes an Array: a real*, or a GradSlot, which it assigns or adds to.
template <class Array>
using Call = std::function<void(Here&, Array)>;

template <class Array>
struct Twin {
  std::string name;
  KernelMode mode;
  Call<Array> call;
  double loss = 1;  // of accuracy, against a plain sum in another order
};

// What the twin makes of an array that holds the values of `before`.
template <class Array>
Tensor written(const Twin<Array>& twin, const Tensor& before, bool add = false) {
  const SettingsRestored restored;
  set_kernel_mode(twin.mode);
  Tensor array = copy_of(before);
  Here here;
  if constexpr (std::is_same_v<Array, GradSlot>) {
    twin.call(here, GradSlot{array.data(), add});
  } else {
    twin.call(here, array.data());
  }
  return array;
}

inline Tensor sum_of(const Tensor& a, const Tensor& b) {
  std::vector<real> sums = a.values();
  const std::vector<real> bs = b.values();
  for (size_t i = 0; i < sums.size(); ++i) sums[i] += bs[i];
  return Tensor::from(a.shape(), sums);
}

// Compares what the twins write with what the first of them does.
// Assigning: memory full of NaN must be written in full. Adding: what is there must be kept.
template <class Array>
void check_twins(const char* what, const Shape& shape, Tolerance tolerance,
                 const std::vector<Twin<Array>>& twins) {
  INFO(what);
  const Tensor nan = nan_tensor(shape), before = random_tensor(shape, 99);
  const Tensor expected = written(twins.front(), nan), sum = sum_of(before, expected);
  for (size_t i = 0; i < twins.size(); ++i) {
    const Twin<Array>& twin = twins[i];
    CAPTURE(twin.name);
    const double absolute = twin.loss * tolerance.absolute, relative = twin.loss * tolerance.relative;
    if (i > 0) {
      CHECK(difference(written(twin, nan), expected, relative, absolute) == "");
      ++counters.kernel_pairs;
    }
    if (std::is_same_v<Array, GradSlot>) {
      INFO("added to what was there");
      CHECK(difference(written(twin, before, true), sum, relative, absolute + 4 * kEps) == "");
    }
  }
}

template <class Array>
void check_modes(const std::vector<KernelMode>& modes, const char* what, const Shape& shape,
                 Tolerance tolerance, const Call<Array>& call) {
  std::vector<Twin<Array>> twins;
  for (const KernelMode mode : modes) twins.push_back({to_string(mode), mode, call});
  check_twins(what, shape, tolerance, twins);
}

// Every twin that can run here against the plain loop.
inline void check_twins(const char* what, const Shape& shape, Tolerance tolerance, const Call<real*>& call) {
  check_modes(twin_modes(), what, shape, tolerance, call);
}
inline void check_twins(const char* what, const Shape& shape, Tolerance tolerance,
                        const Call<GradSlot>& call) {
  check_modes(twin_modes(), what, shape, tolerance, call);
}

// The same for a kernel without a fast twin.
inline std::vector<KernelMode> modes_of_plain_loop() {
  std::vector<KernelMode> modes = twin_modes();
  std::erase(modes, KernelMode::fast);
  return modes;
}
inline void check_device_twin(const char* what, const Shape& shape, Tolerance tolerance,
                              const Call<real*>& call) {
  check_modes(modes_of_plain_loop(), what, shape, tolerance, call);
}
inline void check_device_twin(const char* what, const Shape& shape, Tolerance tolerance,
                              const Call<GradSlot>& call) {
  check_modes(modes_of_plain_loop(), what, shape, tolerance, call);
}

}  // namespace eca::test
