// Exercise 16. A sum whose bits do not depend on the number of threads. Floating-point addition is not
// associative, so a sum over "one part for each thread" changes with their number. Cut x into parts of
// FIXED size, sum these in parallel (OpenMP), and add the partial sums in order.
#pragma once

#include <cstddef>
#include <vector>

float sum(const std::vector<float>& x, int threads);
