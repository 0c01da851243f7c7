// Exercise 12. A learning rate that warms up and comes down: linear from 0 to `peak` over the first
// `warmup` of all steps, then half a cosine down to 0. It is taken at the middle of each step, s = step
// + 1/2, so that no step has the rate 0.
#pragma once

double learning_rate(int step, int total_steps, double warmup, double peak);
