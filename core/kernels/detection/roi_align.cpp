#include "core/kernels/detection/roi_align.hpp"

#include <algorithm>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/memory/kernel_array.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

namespace {

// The bins where the kernels in force compute.
class BinsHere {
 public:
  BinsHere(const RoiBins& bins, const RoiAlignShape& s)
      : a_(bins.a, s.M * s.PH * s.KH),
        b_(bins.b, s.M * s.PW * s.KW),
        row_(bins.row, s.M * s.PH),
        column_(bins.column, s.M * s.PW),
        out_(bins.out, s.M),
        image_(bins.image, s.M),
        first_(bins.first, s.N + 1) {}

  RoiBins bins() const {
    return {a_.data(), b_.data(), row_.data(), column_.data(), out_.data(), image_.data(), first_.data()};
  }

 private:
  KernelArray<real> a_, b_;
  KernelArray<int32_t> row_, column_, out_, image_, first_;
};

}  // namespace

// ---- the plain loops, which are a GPU's too ----

static void roi_align_forward_ref(real* y, const real* x, const RoiBins& bins, const RoiAlignShape& shape) {
  if (shape.M == 0) return;
  const BinsHere here(bins, shape);
  const RoiBins r = here.bins();
  const RoiAlignShape s = shape;
  for_each_index(s.M * s.PH * s.PW, s.C, [=] ECA_DEVICE(int64_t bin, int64_t c) {
    const int64_t m = bin / (s.PH * s.PW), mp = bin / s.PW, mq = m * s.PW + bin % s.PW;
    const real *a = r.a + mp * s.KH, *b = r.b + mq * s.KW;
    real sum = 0;
    for (int64_t i = 0; i < s.KH; ++i) {
      for (int64_t j = 0; a[i] != 0 && j < s.KW; ++j) {
        if (b[j] == 0) continue;
        sum += a[i] * b[j] * x[((r.image[m] * s.H + r.row[mp] + i) * s.W + r.column[mq] + j) * s.C + c];
      }
    }
    y[(r.out[m] * s.PH * s.PW + bin % (s.PH * s.PW)) * s.C + c] = sum;
  });
}

// Gathered: a pixel asks all bins of its image.
static void roi_align_dx_ref(GradSlot dx, const real* dy, const RoiBins& bins, const RoiAlignShape& shape) {
  const BinsHere here(bins, shape);
  const RoiBins r = here.bins();
  const RoiAlignShape s = shape;
  for_each_index(s.N * s.H * s.W, s.C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t n = pixel / (s.H * s.W), h = pixel / s.W % s.H, w = pixel % s.W;
    real sum = 0;
    for (int64_t m = r.first[n]; m < r.first[n + 1]; ++m) {
      for (int64_t p = 0; p < s.PH; ++p) {
        const int64_t i = h - r.row[m * s.PH + p];
        if (i < 0 || i >= s.KH || r.a[(m * s.PH + p) * s.KH + i] == 0) continue;
        for (int64_t q = 0; q < s.PW; ++q) {
          const int64_t j = w - r.column[m * s.PW + q];
          if (j < 0 || j >= s.KW) continue;
          sum += r.a[(m * s.PH + p) * s.KH + i] * r.b[(m * s.PW + q) * s.KW + j] *
                 dy[((r.out[m] * s.PH + p) * s.PW + q) * s.C + c];
        }
      }
    }
    dx.write(pixel * s.C + c, sum);
  });
}

// ---- fast: a bin's weights are read once for all channels, which are innermost; a region is a task, backward an image. On one core forward
// takes a tenth and backward an eightieth of the plain loops' time (512 regions of 7x7 bins, four maps of 64 channels) ----

static void roi_align_forward_one_region(int64_t m, real* y, const real* x, const RoiBins& r,
                                         const RoiAlignShape& s) {
  const real* image = x + r.image[m] * s.H * s.W * s.C;
  for (int64_t p = 0; p < s.PH; ++p) {
    for (int64_t q = 0; q < s.PW; ++q) {
      const int64_t mp = m * s.PH + p, mq = m * s.PW + q;
      real* out = y + ((r.out[m] * s.PH + p) * s.PW + q) * s.C;
      std::fill_n(out, s.C, real{0});
      for (int64_t i = 0; i < s.KH; ++i) {
        const real a = r.a[mp * s.KH + i];
        for (int64_t j = 0; a != 0 && j < s.KW; ++j) {
          const real ab = a * r.b[mq * s.KW + j];
          if (ab == 0) continue;
          const real* in = image + ((r.row[mp] + i) * s.W + r.column[mq] + j) * s.C;
          for (int64_t c = 0; c < s.C; ++c) out[c] += ab * in[c];
        }
      }
    }
  }
}

static void roi_align_forward_fast(real* y, const real* x, const RoiBins& bins, const RoiAlignShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.M))
  for (int64_t m = 0; m < s.M; ++m) roi_align_forward_one_region(m, y, x, bins, s);
}

//   dx[image m, row + i, column + j, c] += a[m,p,i] b[m,q,j] dy[out m, p,q,c]
static void roi_align_dx_one_region(int64_t m, real* image, const real* dy, const RoiBins& r,
                                    const RoiAlignShape& s) {
  for (int64_t p = 0; p < s.PH; ++p) {
    for (int64_t q = 0; q < s.PW; ++q) {
      const int64_t mp = m * s.PH + p, mq = m * s.PW + q;
      const real* from = dy + ((r.out[m] * s.PH + p) * s.PW + q) * s.C;
      for (int64_t i = 0; i < s.KH; ++i) {
        const real a = r.a[mp * s.KH + i];
        for (int64_t j = 0; a != 0 && j < s.KW; ++j) {
          const real ab = a * r.b[mq * s.KW + j];
          if (ab == 0) continue;
          real* to = image + ((r.row[mp] + i) * s.W + r.column[mq] + j) * s.C;
          for (int64_t c = 0; c < s.C; ++c) to[c] += ab * from[c];
        }
      }
    }
  }
}

static void roi_align_dx_one_image(int64_t n, GradSlot dx, const real* dy, const RoiBins& r,
                                   const RoiAlignShape& s) {
  real* image = dx.data + n * s.H * s.W * s.C;
  if (!dx.add) std::fill_n(image, s.H * s.W * s.C, real{0});
  for (int64_t m = r.first[n]; m < r.first[n + 1]; ++m) roi_align_dx_one_region(m, image, dy, r, s);
}

static void roi_align_dx_fast(GradSlot dx, const real* dy, const RoiBins& bins, const RoiAlignShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) roi_align_dx_one_image(n, dx, dy, bins, s);
}

void roi_align_forward(real* y, const real* x, const RoiBins& bins, const RoiAlignShape& s) {
  ECA_TWIN(roi_align_forward_ref, roi_align_forward_fast, roi_align_forward_ref)(y, x, bins, s);
}

void roi_align_dx(GradSlot dx, const real* dy, const RoiBins& bins, const RoiAlignShape& s) {
  ECA_TWIN(roi_align_dx_ref, roi_align_dx_fast, roi_align_dx_ref)(dx, dy, bins, s);
}

}  // namespace eca::kernels
