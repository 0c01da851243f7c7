// Plain loops over the pixels of an image, channels innermost. Each does a few operations for every number it reads,
// so there is no fast twin. Formulas stand in the header.
#include "core/kernels/attention/channel_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/kernels/common/for_each_index.hpp"
#include "core/kernels/common/twins.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

// ---- largest -----------------------------------------------------------------------------------------

static void global_max_one_image(real* y, const real* x, int64_t HW, int64_t C) {
  std::copy_n(x, C, y);
  for (int64_t p = 1; p < HW; ++p) {
    for (int64_t c = 0; c < C; ++c) {
      const real value = x[p * C + c];
      if (value > y[c] || value != value) y[c] = value;  // keeps NaN
    }
  }
}

static void global_max_pool_forward_cpu(real* y, const real* x, int64_t N, int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) global_max_one_image(y + n * C, x + n * HW * C, HW, C);
}

void global_max_pool_forward(real* y, const real* x, int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(global_max_pool_forward_cpu, global_max_pool_forward_cpu, global_max_pool_forward_cuda)
  (y, x, N, HW, C);
}

static void global_max_dx_one_image(GradSlot dx, const real* dy, const real* x, const real* y, int64_t HW,
                                    int64_t C) {
  if (!dx.add) std::fill_n(dx.data, HW * C, real{0});
  for (int64_t c = 0; c < C; ++c) {
    int64_t p = 0;
    while (p < HW && x[p * C + c] != y[c]) ++p;
    if (p < HW) dx.data[p * C + c] += dy[c];
  }
}

static void global_max_pool_dx_cpu(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N,
                                   int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    const int64_t image = n * HW * C;
    global_max_dx_one_image({dx.data + image, dx.add}, dy + n * C, x + image, y + n * C, HW, C);
  }
}

void global_max_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N, int64_t HW,
                        int64_t C) {
  ECA_TWIN(global_max_pool_dx_cpu, global_max_pool_dx_cpu, global_max_pool_dx_cuda)(dx, dy, x, y, N, HW, C);
}

// ---- length ------------------------------------------------------------------------------------------

static void l2_one_image(real* y, const real* x, double eps, int64_t HW, int64_t C) {
  std::fill_n(y, C, static_cast<real>(eps));
  for (int64_t p = 0; p < HW; ++p) {
    for (int64_t c = 0; c < C; ++c) y[c] += x[p * C + c] * x[p * C + c];
  }
  for (int64_t c = 0; c < C; ++c) y[c] = std::sqrt(y[c]);
}

static void l2_pool_forward_cpu(real* y, const real* x, double eps, int64_t N, int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) l2_one_image(y + n * C, x + n * HW * C, eps, HW, C);
}

void l2_pool_forward(real* y, const real* x, double eps, int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(l2_pool_forward_cpu, l2_pool_forward_cpu, l2_pool_forward_cuda)(y, x, eps, N, HW, C);
}

void l2_pool_dx(GradSlot dx, const real* dy, const real* x, const real* y, int64_t N, int64_t HW, int64_t C) {
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t i = pixel * C + c, of_image = pixel / HW * C + c;
    dx.write(i, dy[of_image] * x[i] / y[of_image]);
  });
}

// ---- mean and spread ---------------------------------------------------------------------------------

//   mean[c]    = 1/HW sum_p x[p,c]
//   squares[c] = sum_p (x[p,c] - mean[c])^2
static void mean_and_squares(std::vector<real>& mean, std::vector<real>& squares, const real* x, int64_t HW,
                             int64_t C) {
  mean.assign(static_cast<size_t>(C), 0);
  squares.assign(static_cast<size_t>(C), 0);
  real *m = mean.data(), *s = squares.data();
  for (int64_t p = 0; p < HW; ++p) {
    for (int64_t c = 0; c < C; ++c) m[c] += x[p * C + c];
  }
  for (int64_t c = 0; c < C; ++c) m[c] /= static_cast<real>(HW);
  for (int64_t p = 0; p < HW; ++p) {
    for (int64_t c = 0; c < C; ++c) {
      const real d = x[p * C + c] - m[c];
      s[c] += d * d;
    }
  }
}

static void mean_std_one_image(real* u, const real* x, double eps, int64_t HW, int64_t C) {
  std::vector<real> mean, squares;
  mean_and_squares(mean, squares, x, HW, C);
  for (int64_t c = 0; c < C; ++c) {
    const auto i = static_cast<size_t>(c);
    u[2 * c] = mean[i];
    u[2 * c + 1] = std::sqrt(squares[i] / static_cast<real>(HW - 1) + static_cast<real>(eps));
  }
}

static void mean_std_pool_forward_cpu(real* u, const real* x, double eps, int64_t N, int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) mean_std_one_image(u + n * 2 * C, x + n * HW * C, eps, HW, C);
}

void mean_std_pool_forward(real* u, const real* x, double eps, int64_t N, int64_t HW, int64_t C) {
  ECA_TWIN(mean_std_pool_forward_cpu, mean_std_pool_forward_cpu, mean_std_pool_forward_cuda)
  (u, x, eps, N, HW, C);
}

void mean_std_pool_dx(GradSlot dx, const real* du, const real* x, const real* u, int64_t N, int64_t HW,
                      int64_t C) {
  for_each_index(N * HW, C, [=] ECA_DEVICE(int64_t pixel, int64_t c) {
    const int64_t i = pixel * C + c, of_mean = 2 * (pixel / HW * C + c), of_sd = of_mean + 1;
    const real through_mean = du[of_mean] / static_cast<real>(HW);
    const real through_sd = du[of_sd] * (x[i] - u[of_mean]) / (static_cast<real>(HW - 1) * u[of_sd]);
    dx.write(i, through_mean + through_sd);
  });
}

static void simam_one_image(real* e, real* mean_out, real* v, const real* x, double lambda, int64_t HW,
                            int64_t C) {
  std::vector<real> mean, squares;
  mean_and_squares(mean, squares, x, HW, C);
  std::copy(mean.begin(), mean.end(), mean_out);
  for (int64_t c = 0; c < C; ++c) {
    v[c] = squares[static_cast<size_t>(c)] / static_cast<real>(HW - 1) + static_cast<real>(lambda);
  }
  for (int64_t p = 0; p < HW; ++p) {
    for (int64_t c = 0; c < C; ++c) {
      const real d = x[p * C + c] - mean_out[c];
      e[p * C + c] = d * d / (4 * v[c]) + real{0.5};
    }
  }
}

static void simam_energy_forward_cpu(real* e, real* mean, real* v, const real* x, double lambda, int64_t N,
                                     int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    const int64_t image = n * HW * C;
    simam_one_image(e + image, mean + n * C, v + n * C, x + image, lambda, HW, C);
  }
}

void simam_energy_forward(real* e, real* mean, real* v, const real* x, double lambda, int64_t N, int64_t HW,
                          int64_t C) {
  ECA_TWIN(simam_energy_forward_cpu, simam_energy_forward_cpu, simam_energy_forward_cuda)
  (e, mean, v, x, lambda, N, HW, C);
}

static void simam_dx_one_image(GradSlot dx, const real* de, const real* x, const real* mean, const real* v,
                               int64_t HW, int64_t C) {
  std::vector<real> A_of(static_cast<size_t>(C), 0), B_of(static_cast<size_t>(C), 0);
  real *A = A_of.data(), *B = B_of.data();
  for (int64_t p = 0; p < HW; ++p) {
    for (int64_t c = 0; c < C; ++c) {
      const real d = x[p * C + c] - mean[c];
      A[c] += de[p * C + c] * d * d;
      B[c] += de[p * C + c] * d;
    }
  }
  for (int64_t p = 0; p < HW; ++p) {
    for (int64_t c = 0; c < C; ++c) {
      const real d = x[p * C + c] - mean[c];
      const real through_d = d * (de[p * C + c] - A[c] / (static_cast<real>(HW - 1) * v[c]));
      dx.write(p * C + c, (through_d - B[c] / static_cast<real>(HW)) / (2 * v[c]));
    }
  }
}

static void simam_energy_dx_cpu(GradSlot dx, const real* de, const real* x, const real* mean, const real* v,
                                int64_t N, int64_t HW, int64_t C) {
#pragma omp parallel for schedule(static) num_threads(threads_for(N))
  for (int64_t n = 0; n < N; ++n) {
    const int64_t image = n * HW * C;
    simam_dx_one_image({dx.data + image, dx.add}, de + image, x + image, mean + n * C, v + n * C, HW, C);
  }
}

void simam_energy_dx(GradSlot dx, const real* de, const real* x, const real* mean, const real* v, int64_t N,
                     int64_t HW, int64_t C) {
  ECA_TWIN(simam_energy_dx_cpu, simam_energy_dx_cpu, simam_energy_dx_cuda)(dx, de, x, mean, v, N, HW, C);
}

}  // namespace eca::kernels
