// The linear maps of Winograd's convolution for 3x3 kernels of stride 2. Taps 0 and 2 of a row read every second
// input, tap 1 the inputs between them:
//
//   y[j]    = (g[0] * odd[j] + g[2] * odd[j+1]) + g[1] * even[j]
//   odd[j]  = d[2j]
//   even[j] = d[2j+1]
//
// The first part is a convolution with two taps and stride 1, of which F(4,2) works out four outputs by 5
// multiplications; the second takes 4, and its points are the inputs themselves. So 9 multiplications where the
// plain sum takes 12, and 81 for 144 in an image. F(4,2) with the points 0, 1, -1, 2 and infinity:
//
//         [ 2 -1 -2  1  0 ]        [  1/2    0  ]         [ 1  1  1  1  0 ]
//         [ 0 -2 -1  1  0 ]        [ -1/2  -1/2 ]         [ 0  1 -1  2  0 ]
//   B^T = [ 0  2 -3  1  0 ]    G = [ -1/6   1/6 ]   A^T = [ 0  1  1  4  0 ]
//         [ 0 -1  0  1  0 ]        [  1/6   1/3 ]         [ 0  1 -1  8  1 ]
//         [ 0  2 -1 -2  1 ]        [   0     1  ]
//
// Of a row's 9 points the first 5 are those of F(4,2). Its 6 transformed weights are the 5 of G and g[1], which
// all of the last 4 points share.
// Source of F(m,r): Lavin and Gray, arXiv 1509.09308v2, section 4.  Derivation: docs/derivations/winograd.md
#pragma once

#include "core/kernels/winograd/winograd.hpp"

namespace eca::kernels {

// F(4,2); members as in WinogradStride1.
template <class T>
struct WinogradTwoTaps {
  static ECA_DEVICE void input(T* points, const T (&d)[5]) {
    const T odd = d[3] - d[1];
    points[0] = odd + 2 * (d[0] - d[2]);
    points[1] = d[3] - d[2] - 2 * d[1];
    points[2] = d[3] - 3 * d[2] + 2 * d[1];
    points[3] = odd;
    points[4] = d[4] - d[2] - 2 * odd;
  }

  static ECA_DEVICE void output(T (&y)[4], const T* m) {
    const T sum = m[1] + m[2], difference = m[1] - m[2];
    y[0] = m[0] + sum + m[3];
    y[1] = difference + 2 * m[3];
    y[2] = sum + 4 * m[3];
    y[3] = difference + 8 * m[3] + m[4];
  }

  static ECA_DEVICE void output_transposed(T* dm, const T (&dy)[4]) {
    const T even = dy[0] + dy[2], odd = dy[1] + dy[3];
    dm[0] = dy[0];
    dm[1] = even + odd;
    dm[2] = even - odd;
    dm[3] = dy[0] + 2 * dy[1] + 4 * dy[2] + 8 * dy[3];
    dm[4] = dy[3];
  }
};

template <class T>
struct WinogradStride2 {
  static constexpr int kPatch = 9, kStep = 8, kPoints = 9, kOwn = 5, kTile = 4;

  static ECA_DEVICE void input(T (&points)[9], const T (&d)[9]) {
    WinogradTwoTaps<T>::input(points, {d[0], d[2], d[4], d[6], d[8]});
    for (int j = 0; j < 4; ++j) points[5 + j] = d[2 * j + 1];
  }

  static ECA_DEVICE void output(T (&y)[4], const T (&m)[9]) {
    WinogradTwoTaps<T>::output(y, m);
    for (int j = 0; j < 4; ++j) y[j] += m[5 + j];
  }

  static ECA_DEVICE void output_transposed(T (&dm)[9], const T (&dy)[4]) {
    WinogradTwoTaps<T>::output_transposed(dm, dy);
    for (int j = 0; j < 4; ++j) dm[5 + j] = dy[j];
  }

  static ECA_DEVICE void weight(T (&u)[6], const T (&g)[3]) {
    u[0] = g[0] / 2;
    u[1] = (g[0] + g[2]) / -2;
    u[2] = kSixth * (g[2] - g[0]);
    u[3] = kSixth * (g[0] + 2 * g[2]);
    u[4] = g[2];
    u[5] = g[1];
  }

  static ECA_DEVICE void weight_transposed(T (&dg)[3], const T (&du)[6]) {
    dg[0] = (du[0] - du[1]) / 2 + kSixth * (du[3] - du[2]);
    dg[1] = du[5];
    dg[2] = du[4] - du[1] / 2 + kSixth * (du[2] + 2 * du[3]);
  }
};

// dx of stride 2. Each dy reaches two inputs of either parity:
//
//   dx[2j]   = g[1] * dy[j]
//   dx[2j+1] = g[2] * dy[j] + g[0] * dy[j+1]
//
// (padding 1: odd inputs are what "odd" is above). With the flipped kernel, taps 0 and 2 are again those of
// F(4,2): 8 values of dx from 5 of dy.
template <class T>
struct WinogradStride2Dx {
  static constexpr int kPatch = 5, kStep = 4, kPoints = 9, kOwn = 5, kTile = 8;

  static ECA_DEVICE void input(T (&points)[9], const T (&dy)[5]) {
    WinogradTwoTaps<T>::input(points, dy);
    for (int j = 0; j < 4; ++j) points[5 + j] = dy[j];
  }

  static ECA_DEVICE void output(T (&dx)[8], const T (&m)[9]) {
    T odd[4];
    WinogradTwoTaps<T>::output(odd, m);
    for (int j = 0; j < 4; ++j) {
      dx[2 * j] = m[5 + j];
      dx[2 * j + 1] = odd[j];
    }
  }

  static ECA_DEVICE void weight(T (&u)[6], const T (&flipped)[3]) { WinogradStride2<T>::weight(u, flipped); }
};

}  // namespace eca::kernels
