// The linear maps of Winograd's convolution F(4x4,3x3): a 4x4 tile of outputs from a 6x6 patch of inputs with 36
// multiplications per pair of channels, where the plain sum takes 4*4*9 = 144:
//
//   Y = A^T [ (G g G^T) . (B^T d B) ] A        d (6,6) patch of x, g (3,3) kernel, Y (4,4), "." element by element
//
//         [ 4  0 -5  0  1  0 ]        [  1/4    0     0  ]
//         [ 0 -4 -4  1  1  0 ]        [ -1/6  -1/6  -1/6 ]         [ 1  1  1  1  1  0 ]
//   B^T = [ 0  4 -4 -1  1  0 ]    G = [ -1/6   1/6  -1/6 ]   A^T = [ 0  1 -1  2 -2  0 ]
//         [ 0 -2 -1  2  1  0 ]        [ 1/24  1/12   1/6 ]         [ 0  1  1  4  4  0 ]
//         [ 0  2 -1 -2  1  0 ]        [ 1/24 -1/12   1/6 ]         [ 0  1 -1  8 -8  1 ]
//         [ 0  4  0 -5  0  1 ]        [   0     0     1  ]
//
// Each matrix is a function on one row or column of T: SIMD vectors, whose lanes are channels, or in a thread of a GPU
// single numbers. Every step is linear, so the gradient runs through the transposes:
//
//   dg = G^T [ (A dY A^T) . (B^T d B) ] G
//
// Source: Lavin and Gray, arXiv 1509.09308v2, section 4.3.  Derivation: docs/derivations/winograd.md
#pragma once

#include "core/base/real.hpp"
#include "core/cuda/device_code.hpp"

namespace eca::kernels {

inline constexpr real kSixth = real{1} / 6;

// Stride 1. The same members describe the maps of stride 2, in winograd_strided.hpp.
template <class T>
struct WinogradStride1 {
  static constexpr int kPatch = 6;   // inputs of a row that a tile reads
  static constexpr int kStep = 4;    // from one tile's first input to the next one's
  static constexpr int kPoints = 6;  // values of a row in transformed space
  static constexpr int kOwn = 6;     // those with a weight of their own, the first; the others share one
  static constexpr int kTile = 4;    // outputs of a row

  // points = B^T d
  static ECA_DEVICE void input(T (&points)[6], const T (&d)[6]) {
    const T even = d[4] - 4 * d[2], odd = d[3] - 4 * d[1];
    const T even2 = d[4] - d[2], odd2 = 2 * (d[3] - d[1]);
    points[0] = 4 * d[0] - 5 * d[2] + d[4];
    points[1] = even + odd;
    points[2] = even - odd;
    points[3] = even2 + odd2;
    points[4] = even2 - odd2;
    points[5] = 4 * d[1] - 5 * d[3] + d[5];
  }

  // y = A^T m
  static ECA_DEVICE void output(T (&y)[4], const T (&m)[6]) {
    const T sum = m[1] + m[2], difference = m[1] - m[2];
    const T sum2 = m[3] + m[4], difference2 = m[3] - m[4];
    y[0] = m[0] + sum + sum2;
    y[1] = difference + 2 * difference2;
    y[2] = sum + 4 * sum2;
    y[3] = difference + 8 * difference2 + m[5];
  }

  // dm = A dy
  static ECA_DEVICE void output_transposed(T (&dm)[6], const T (&dy)[4]) {
    const T even = dy[0] + dy[2], odd = dy[1] + dy[3];
    const T even2 = dy[0] + 4 * dy[2], odd2 = 2 * dy[1] + 8 * dy[3];
    dm[0] = dy[0];
    dm[1] = even + odd;
    dm[2] = even - odd;
    dm[3] = even2 + odd2;
    dm[4] = even2 - odd2;
    dm[5] = dy[3];
  }

  // u = G g
  static ECA_DEVICE void weight(T (&u)[6], const T (&g)[3]) {
    const T even = kSixth * (g[0] + g[2]), odd = kSixth * g[1];
    const T even2 = kSixth * (g[0] / 4 + g[2]), odd2 = kSixth * (g[1] / 2);
    u[0] = g[0] / 4;
    u[1] = -even - odd;
    u[2] = odd - even;
    u[3] = even2 + odd2;
    u[4] = even2 - odd2;
    u[5] = g[2];
  }

  // dg = G^T du
  static ECA_DEVICE void weight_transposed(T (&dg)[3], const T (&du)[6]) {
    const T sum = kSixth * (du[1] + du[2]), sum2 = kSixth * (du[3] + du[4]);
    dg[0] = du[0] / 4 - sum + sum2 / 4;
    dg[1] = kSixth * (du[2] - du[1] + (du[3] - du[4]) / 2);
    dg[2] = sum2 - sum + du[5];
  }
};

// Applies a map, like those above, to the columns of a square and then to the rows of what comes out: get(r,c) is
// an element of what goes in, put(r,c,value) takes one of what comes out.
template <class T, int Out, int In, class Get, class Put>
ECA_DEVICE void on_both_axes(void (*map)(T (&)[Out], const T (&)[In]), Get get, Put put) {
  T rows[Out][In];
  ECA_UNROLL
  for (int c = 0; c < In; ++c) {
    T column[In], mapped[Out];
    for (int r = 0; r < In; ++r) column[r] = get(r, c);
    map(mapped, column);
    for (int r = 0; r < Out; ++r) rows[r][c] = mapped[r];
  }
  ECA_UNROLL
  for (int r = 0; r < Out; ++r) {
    T mapped[Out];
    map(mapped, rows[r]);
    for (int c = 0; c < Out; ++c) put(r, c, mapped[c]);
  }
}

}  // namespace eca::kernels
