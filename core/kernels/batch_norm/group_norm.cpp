#include "core/kernels/batch_norm/group_norm.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

// ---- the plain loops, which are a GPU's too ----

static void group_norm_moments_ref(real* mean, real* inv_std, const real* x, double eps,
                                   const GroupNormShape& shape) {
  const GroupNormShape s = shape;
  for_each_index(s.N, s.G, [=] ECA_DEVICE(int64_t n, int64_t g) {
    const real* group = x + n * s.HW * s.C + g * s.channels();
    const auto M = static_cast<double>(s.values());
    double sum = 0, squares = 0;
    for (int64_t p = 0; p < s.HW; ++p) {
      for (int64_t c = 0; c < s.channels(); ++c) sum += static_cast<double>(group[p * s.C + c]);
    }
    for (int64_t p = 0; p < s.HW; ++p) {
      for (int64_t c = 0; c < s.channels(); ++c) {
        const double d = static_cast<double>(group[p * s.C + c]) - sum / M;
        squares += d * d;
      }
    }
    mean[n * s.G + g] = static_cast<real>(sum / M);
    inv_std[n * s.G + g] = static_cast<real>(1 / std::sqrt(squares / M + eps));
  });
}

static void group_norm_forward_ref(real* y, const real* x, const GroupNormValues& values,
                                   const GroupNormShape& shape) {
  const GroupNormShape s = shape;
  const GroupNormValues v = values;
  for_each_index(s.N * s.HW, s.C, [=] ECA_DEVICE(int64_t r, int64_t c) {
    const int64_t of_group = r / s.HW * s.G + c / s.channels();
    const real x_hat = (x[r * s.C + c] - v.mean[of_group]) * v.inv_std[of_group];
    y[r * s.C + c] = v.gamma[c] * x_hat + v.beta[c];
  });
}

static void group_norm_sums_ref(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                                const GroupNormValues& values, const GroupNormShape& shape) {
  const GroupNormShape s = shape;
  const GroupNormValues v = values;
  for_each_index(s.N, s.C, [=] ECA_DEVICE(int64_t n, int64_t c) {
    const int64_t of_group = n * s.G + c / s.channels();
    double sum = 0, sum_xhat = 0;
    for (int64_t p = 0; p < s.HW; ++p) {
      const int64_t i = (n * s.HW + p) * s.C + c;
      const real x_hat = (x[i] - v.mean[of_group]) * v.inv_std[of_group];
      sum += static_cast<double>(dy[i]);
      sum_xhat += static_cast<double>(dy[i] * x_hat);
    }
    sum_dy[n * s.C + c] = static_cast<real>(sum);
    sum_dy_xhat[n * s.C + c] = static_cast<real>(sum_xhat);
  });
}

static void group_norm_dx_ref(GradSlot dx, const real* dy, const real* x, const GroupNormValues& values,
                              const real* sum_dy, const real* sum_dy_xhat, const GroupNormShape& shape) {
  const GroupNormShape s = shape;
  const GroupNormValues v = values;
  for_each_index(s.N * s.HW, s.C, [=] ECA_DEVICE(int64_t r, int64_t c) {
    const int64_t i = r * s.C + c, n = r / s.HW, g = c / s.channels(), of_group = n * s.G + g;
    const real M = static_cast<real>(s.values());
    real a = 0, b = 0;
    for (int64_t k = g * s.channels(); k < (g + 1) * s.channels(); ++k) {
      a += v.gamma[k] * sum_dy[n * s.C + k] / M;
      b += v.gamma[k] * sum_dy_xhat[n * s.C + k] / M;
    }
    const real x_hat = (x[i] - v.mean[of_group]) * v.inv_std[of_group];
    dx.write(i, v.inv_std[of_group] * (v.gamma[c] * dy[i] - a - x_hat * b));
  });
}

// ---- fast: an image a task, and what a group has for each of its channels, so that the loops over channels are SIMD ----

// channels[c] = groups[c / (C/G)]
static void spread(real* channels, const real* groups, const GroupNormShape& s) {
  for (int64_t g = 0; g < s.G; ++g) std::fill_n(channels + g * s.channels(), s.channels(), groups[g]);
}

// The mean over a group of what its channels have summed up.
static double group_mean(const double* sums, int64_t g, const GroupNormShape& s) {
  double sum = 0;
  for (int64_t c = g * s.channels(); c < (g + 1) * s.channels(); ++c) sum += sums[c];
  return sum / static_cast<double>(s.values());
}

static void moments_one_image(real* mean, real* inv_std, const real* x, double eps, const GroupNormShape& s) {
  const auto C = static_cast<size_t>(s.C);
  std::vector<double> sums(C, 0.), centre(C);
  for (int64_t p = 0; p < s.HW; ++p) {
    for (size_t c = 0; c < C; ++c) sums[c] += static_cast<double>(x[p * s.C + static_cast<int64_t>(c)]);
  }
  for (int64_t g = 0; g < s.G; ++g) {
    const double of_group = group_mean(sums.data(), g, s);
    mean[g] = static_cast<real>(of_group);
    std::fill_n(centre.data() + g * s.channels(), s.channels(), of_group);
  }
  std::fill(sums.begin(), sums.end(), 0.);
  for (int64_t p = 0; p < s.HW; ++p) {
    for (size_t c = 0; c < C; ++c) {
      const double d = static_cast<double>(x[p * s.C + static_cast<int64_t>(c)]) - centre[c];
      sums[c] += d * d;
    }
  }
  for (int64_t g = 0; g < s.G; ++g)
    inv_std[g] = static_cast<real>(1 / std::sqrt(group_mean(sums.data(), g, s) + eps));
}

static void group_norm_moments_fast(real* mean, real* inv_std, const real* x, double eps,
                                    const GroupNormShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n)
    moments_one_image(mean + n * s.G, inv_std + n * s.G, x + n * s.HW * s.C, eps, s);
}

// Of one image, for each channel: its group's.
struct OfChannels {
  std::vector<real> mean, inv_std;

  OfChannels(int64_t n, const GroupNormValues& values, const GroupNormShape& s)
      : mean(static_cast<size_t>(s.C)), inv_std(static_cast<size_t>(s.C)) {
    spread(mean.data(), values.mean + n * s.G, s);
    spread(inv_std.data(), values.inv_std + n * s.G, s);
  }
};

static void group_norm_forward_fast(real* y, const real* x, const GroupNormValues& values,
                                    const GroupNormShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) {
    const OfChannels of(n, values, s);
    const real *mean = of.mean.data(), *inv_std = of.inv_std.data();
    for (int64_t r = n * s.HW; r < (n + 1) * s.HW; ++r) {
      for (int64_t c = 0; c < s.C; ++c)
        y[r * s.C + c] = values.gamma[c] * ((x[r * s.C + c] - mean[c]) * inv_std[c]) + values.beta[c];
    }
  }
}

static void group_norm_sums_fast(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                                 const GroupNormValues& values, const GroupNormShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) {
    const OfChannels of(n, values, s);
    const real *mean = of.mean.data(), *inv_std = of.inv_std.data();
    std::vector<double> sums(static_cast<size_t>(2 * s.C), 0.);
    double *sum = sums.data(), *sum_xhat = sum + s.C;
    for (int64_t r = n * s.HW; r < (n + 1) * s.HW; ++r) {
      for (int64_t c = 0; c < s.C; ++c) {
        const real x_hat = (x[r * s.C + c] - mean[c]) * inv_std[c];
        sum[c] += static_cast<double>(dy[r * s.C + c]);
        sum_xhat[c] += static_cast<double>(dy[r * s.C + c] * x_hat);
      }
    }
    for (int64_t c = 0; c < s.C; ++c) {
      sum_dy[n * s.C + c] = static_cast<real>(sum[c]);
      sum_dy_xhat[n * s.C + c] = static_cast<real>(sum_xhat[c]);
    }
  }
}

// For each channel a or b of its group, from the image's `sums` of its channels.
static std::vector<real> weighed_means(const real* sums, const real* gamma, const GroupNormShape& s) {
  std::vector<real> means(static_cast<size_t>(s.C));
  const auto M = static_cast<double>(s.values());
  for (int64_t g = 0; g < s.G; ++g) {
    double sum = 0;
    for (int64_t c = g * s.channels(); c < (g + 1) * s.channels(); ++c)
      sum += static_cast<double>(gamma[c]) * static_cast<double>(sums[c]);
    std::fill_n(means.data() + g * s.channels(), s.channels(), static_cast<real>(sum / M));
  }
  return means;
}

static void group_norm_dx_fast(GradSlot dx, const real* dy, const real* x, const GroupNormValues& values,
                               const real* sum_dy, const real* sum_dy_xhat, const GroupNormShape& s) {
#pragma omp parallel for schedule(static) num_threads(threads_for(s.N))
  for (int64_t n = 0; n < s.N; ++n) {
    const OfChannels of(n, values, s);
    const real *mean = of.mean.data(), *inv_std = of.inv_std.data(), *gamma = values.gamma;
    const std::vector<real> as = weighed_means(sum_dy + n * s.C, gamma, s);
    const std::vector<real> bs = weighed_means(sum_dy_xhat + n * s.C, gamma, s);
    const real *a = as.data(), *b = bs.data();
    for (int64_t r = n * s.HW; r < (n + 1) * s.HW; ++r) {
      for (int64_t c = 0; c < s.C; ++c) {
        const int64_t i = r * s.C + c;
        const real x_hat = (x[i] - mean[c]) * inv_std[c];
        dx.write(i, inv_std[c] * (gamma[c] * dy[i] - a[c] - x_hat * b[c]));
      }
    }
  }
}

// ---- which of the two ----

void group_norm_moments(real* mean, real* inv_std, const real* x, double eps, const GroupNormShape& s) {
  twin(group_norm_moments_ref, group_norm_moments_fast)(mean, inv_std, x, eps, s);
}

void group_norm_forward(real* y, const real* x, const GroupNormValues& values, const GroupNormShape& s) {
  twin(group_norm_forward_ref, group_norm_forward_fast)(y, x, values, s);
}

void group_norm_sums(real* sum_dy, real* sum_dy_xhat, const real* dy, const real* x,
                     const GroupNormValues& values, const GroupNormShape& s) {
  twin(group_norm_sums_ref, group_norm_sums_fast)(sum_dy, sum_dy_xhat, dy, x, values, s);
}

void group_norm_dx(GradSlot dx, const real* dy, const real* x, const GroupNormValues& values,
                   const real* sum_dy, const real* sum_dy_xhat, const GroupNormShape& s) {
  twin(group_norm_dx_ref, group_norm_dx_fast)(dx, dy, x, values, sum_dy, sum_dy_xhat, s);
}

}  // namespace eca::kernels
