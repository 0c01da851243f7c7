// Exercise 6. Mean and variance of a whole from those of its parts. A part is its number of values,
// their mean, and the sum of their squared deviations from that mean; `join` makes the same of two
// parts together, without seeing a value. Not by way of sum and sum of squares: they cancel where the
// mean is large against the spread, and the test is in float.
#pragma once

struct Moments {
  float count;
  float mean;
  float squares;  // sum (x - mean)^2
};

Moments join(const Moments& a, const Moments& b);
