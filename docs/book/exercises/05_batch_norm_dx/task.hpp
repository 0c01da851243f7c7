// Exercise 5. The gradient of batch normalisation by its input, for one channel of R values in
// training. Given x, gamma and dy, return dx_r. Derive it before you look: every x_r reaches every y
// through the mean and the variance.
#pragma once

#include <vector>

// The forward, which is given: y_r = gamma (x_r - mean) / sqrt(variance + eps) + beta, with the biased
// variance.
std::vector<double> batch_norm(const std::vector<double>& x, double gamma, double beta, double eps);

std::vector<double> batch_norm_dx(const std::vector<double>& x, double gamma, double eps,
                                  const std::vector<double>& dy);
