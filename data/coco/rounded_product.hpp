// For numbers that have to equal those of another program to the last bit.
#pragma once

namespace eca {

// a * b rounded to double by itself, also where the processor could multiply and add in one operation (which compilers make
// of a * b + c, and which rounds once instead of twice). An overlap of exactly 0.5 is a match or none by that bit.
inline double rounded_product(double a, double b) {
  const volatile double product = a * b;
  return product;
}

}  // namespace eca
