// The plain loops, one image a task: they only move numbers, so there is no second twin.
#include "core/kernels/elementwise/pad_shortcut.hpp"

#include <algorithm>

#include "core/parallel/threads.hpp"

namespace eca::kernels {

static void forward_one_image(int64_t n, real* y, const real* x, const PadShortcutShape& s) {
  for (int64_t oh = 0; oh < s.OH(); ++oh) {
    for (int64_t ow = 0; ow < s.OW(); ++ow) {
      const real* from = x + ((n * s.H + oh * s.stride) * s.W + ow * s.stride) * s.C;
      real* to = y + ((n * s.OH() + oh) * s.OW() + ow) * s.channels;
      std::fill_n(to, s.before(), real{0});
      std::copy_n(from, s.C, to + s.before());
      std::fill(to + s.before() + s.C, to + s.channels, real{0});
    }
  }
}

static void dx_one_image(int64_t n, GradSlot dx, const real* dy, const PadShortcutShape& s) {
  if (!dx.add) std::fill_n(dx.data + n * s.H * s.W * s.C, s.H * s.W * s.C, real{0});
  for (int64_t oh = 0; oh < s.OH(); ++oh) {
    for (int64_t ow = 0; ow < s.OW(); ++ow) {
      real* to = dx.data + ((n * s.H + oh * s.stride) * s.W + ow * s.stride) * s.C;
      const real* from = dy + ((n * s.OH() + oh) * s.OW() + ow) * s.channels + s.before();
      for (int64_t c = 0; c < s.C; ++c) to[c] += from[c];
    }
  }
}

void pad_shortcut_forward(real* y, const real* x, const PadShortcutShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) forward_one_image(n, y, x, s);
}

void pad_shortcut_dx(GradSlot dx, const real* dy, const PadShortcutShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) dx_one_image(n, dx, dy, s);
}

}  // namespace eca::kernels
