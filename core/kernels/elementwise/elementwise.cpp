#include "core/kernels/elementwise/elementwise.hpp"

#include <cmath>

#include "core/parallel/threads.hpp"

namespace eca::kernels {

// The elements of one chunk.
struct Range {
  int64_t begin, end;
};

static Range chunk_range(int64_t chunk, int64_t n) {
  return {chunk * kChunk, std::min(n, (chunk + 1) * kChunk)};
}

static void add_forward_chunk(Range r, real* y, const real* a, const real* b) {
  for (int64_t i = r.begin; i < r.end; ++i) y[i] = a[i] + b[i];
}

void add_forward(real* y, const real* a, const real* b, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) add_forward_chunk(chunk_range(c, n), y, a, b);
}

static void sub_forward_chunk(Range r, real* y, const real* a, const real* b) {
  for (int64_t i = r.begin; i < r.end; ++i) y[i] = a[i] - b[i];
}

void sub_forward(real* y, const real* a, const real* b, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) sub_forward_chunk(chunk_range(c, n), y, a, b);
}

static void mul_forward_chunk(Range r, real* y, const real* a, const real* b) {
  for (int64_t i = r.begin; i < r.end; ++i) y[i] = a[i] * b[i];
}

void mul_forward(real* y, const real* a, const real* b, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) mul_forward_chunk(chunk_range(c, n), y, a, b);
}

static void mul_da_chunk(Range r, GradSlot da, const real* dy, const real* b) {
  if (da.add) {
    for (int64_t i = r.begin; i < r.end; ++i) da.data[i] += dy[i] * b[i];
  } else {
    for (int64_t i = r.begin; i < r.end; ++i) da.data[i] = dy[i] * b[i];
  }
}

void mul_da(GradSlot da, const real* dy, const real* b, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) mul_da_chunk(chunk_range(c, n), da, dy, b);
}

static void scale_chunk(Range r, GradSlot y, const real* x, real factor) {
  if (y.add) {
    for (int64_t i = r.begin; i < r.end; ++i) y.data[i] += factor * x[i];
  } else {
    for (int64_t i = r.begin; i < r.end; ++i) y.data[i] = factor * x[i];
  }
}

void scale_dx(GradSlot dx, const real* dy, real factor, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) scale_chunk(chunk_range(c, n), dx, dy, factor);
}

void scale_forward(real* y, const real* x, real factor, int64_t n) { scale_dx({y, false}, x, factor, n); }

static void relu_forward_chunk(Range r, real* y, const real* x) {
  for (int64_t i = r.begin; i < r.end; ++i) y[i] = x[i] < 0 ? 0 : x[i];
}

void relu_forward(real* y, const real* x, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) relu_forward_chunk(chunk_range(c, n), y, x);
}

static void relu_dx_chunk(Range r, GradSlot dx, const real* dy, const real* y) {
  if (dx.add) {
    for (int64_t i = r.begin; i < r.end; ++i) dx.data[i] += y[i] > 0 ? dy[i] : 0;
  } else {
    for (int64_t i = r.begin; i < r.end; ++i) dx.data[i] = y[i] > 0 ? dy[i] : 0;
  }
}

void relu_dx(GradSlot dx, const real* dy, const real* y, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) relu_dx_chunk(chunk_range(c, n), dx, dy, y);
}

static void relu6_forward_chunk(Range r, real* y, const real* x) {
  for (int64_t i = r.begin; i < r.end; ++i) y[i] = x[i] < 0 ? 0 : x[i] > 6 ? 6 : x[i];
}

void relu6_forward(real* y, const real* x, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) relu6_forward_chunk(chunk_range(c, n), y, x);
}

static void relu6_dx_chunk(Range r, GradSlot dx, const real* dy, const real* y) {
  for (int64_t i = r.begin; i < r.end; ++i) {
    const real value = y[i] > 0 && y[i] < 6 ? dy[i] : 0;
    dx.data[i] = dx.add ? dx.data[i] + value : value;
  }
}

void relu6_dx(GradSlot dx, const real* dy, const real* y, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) relu6_dx_chunk(chunk_range(c, n), dx, dy, y);
}

static void sigmoid_forward_chunk(Range r, real* y, const real* x) {
  for (int64_t i = r.begin; i < r.end; ++i) y[i] = 1 / (1 + std::exp(-x[i]));
}

void sigmoid_forward(real* y, const real* x, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) sigmoid_forward_chunk(chunk_range(c, n), y, x);
}

static void sigmoid_dx_chunk(Range r, GradSlot dx, const real* dy, const real* y) {
  for (int64_t i = r.begin; i < r.end; ++i) {
    const real value = dy[i] * y[i] * (1 - y[i]);
    dx.data[i] = dx.add ? dx.data[i] + value : value;
  }
}

void sigmoid_dx(GradSlot dx, const real* dy, const real* y, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) sigmoid_dx_chunk(chunk_range(c, n), dx, dy, y);
}

static void hard_swish_forward_chunk(Range r, real* y, const real* x) {
  for (int64_t i = r.begin; i < r.end; ++i) {
    y[i] = x[i] <= -3 ? 0 : x[i] >= 3 ? x[i] : x[i] * (x[i] + 3) / 6;
  }
}

void hard_swish_forward(real* y, const real* x, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) hard_swish_forward_chunk(chunk_range(c, n), y, x);
}

static void hard_swish_dx_chunk(Range r, GradSlot dx, const real* dy, const real* x) {
  for (int64_t i = r.begin; i < r.end; ++i) {
    const real slope = x[i] <= -3 ? 0 : x[i] >= 3 ? 1 : (2 * x[i] + 3) / 6;
    dx.data[i] = dx.add ? dx.data[i] + dy[i] * slope : dy[i] * slope;
  }
}

void hard_swish_dx(GradSlot dx, const real* dy, const real* x, int64_t n) {
  const int64_t chunks = chunk_count(n);
#pragma omp parallel for schedule(static) num_threads(threads_for(chunks))
  for (int64_t c = 0; c < chunks; ++c) hard_swish_dx_chunk(chunk_range(c, n), dx, dy, x);
}

}  // namespace eca::kernels
