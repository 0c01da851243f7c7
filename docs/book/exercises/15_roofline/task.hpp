// Exercise 15. The roofline. For one convolution layer forward, float, stride 1, "same" padding, return
// how many milliseconds it takes at least on a machine of `peak` GFLOP/s and `bandwidth` GB/s: it can
// be no faster than its operations (a multiply-add is two), nor than reading x and writing y once. The
// weights are small and not counted.
#pragma once

struct Layer {
  int images, height, width, inputs, outputs, kernel;
};
struct Machine {
  double peak, bandwidth;  // 1e9 operations a second, 1e9 bytes a second
};

// Operations for each byte moved.
double intensity(const Layer& layer);
// The least time, in milliseconds.
double bound(const Layer& layer, const Machine& machine);
