// Exercise 2. The other way to differentiate: carry the derivative along, forwards. A Dual is a number
// and its derivative by ONE input; every op works out both. It needs no tape, but one pass for each
// input, where the tape needs one walk for all.
#pragma once

#include <vector>

struct Dual {
  double x;   // the value
  double dx;  // its derivative by the input that was chosen
};

Dual operator+(Dual a, Dual b);
Dual operator*(Dual a, Dual b);
Dual sin(Dual a);

// A function of several numbers.
using Function = Dual (*)(const std::vector<Dual>&);

// df/dx_i for every i, at x: calls f once for each of them.
std::vector<double> gradient(Function f, const std::vector<double>& x);
