// Exercise 8. Winograd's F(2,3): two neighbouring outputs of a filter of three taps,
//   y_0 = d_0 g_0 + d_1 g_1 + d_2 g_2
//   y_1 = d_1 g_0 + d_2 g_1 + d_3 g_2,
// by four multiplications instead of six. Products of an input and a tap, or of sums of them, are
// counted; the filter may be prepared before, so that halves of sums of taps cost nothing. Points 0, 1,
// -1 and infinity.
#pragma once

#include <array>

// A number whose multiplications with another one are counted.
struct Number {
  double x;
  static inline int multiplications = 0;
};
inline Number operator+(Number a, Number b) { return {a.x + b.x}; }
inline Number operator-(Number a, Number b) { return {a.x - b.x}; }
inline Number half(Number a) { return {a.x / 2}; }
inline Number operator*(Number a, Number b) {
  ++Number::multiplications;
  return {a.x * b.x};
}

std::array<Number, 2> filter(const std::array<Number, 4>& d, const std::array<Number, 3>& g);
