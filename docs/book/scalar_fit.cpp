// A network of eight tanh neurons learns a sine on the tape of scalar_tape.hpp. Prints what the figure
// shows: x, the sine, and what the network makes of x after 0, 200 and 4000 steps.
#include <cstdio>

#include "docs/book/scalar_tape.hpp"

using scalar::Value;

static constexpr int kNeurons = 8;

// y = sum_j v_j tanh(w_j x + b_j), parameters in the order w, b, v.
static Value network(const std::vector<Value>& p, double x) {
  Value y = 0;
  for (size_t j = 0; j < kNeurons; ++j) {
    y = y + p[2 * kNeurons + j] * tanh(p[j] * x + p[kNeurons + j]);
  }
  return y;
}

// One step of gradient descent on the mean square of what is missing to the sine at 40 points; returns
// that mean.
static double learn(std::vector<double>& parameters, double rate) {
  scalar::tape.clear();
  const std::vector<Value> p(parameters.begin(), parameters.end());
  Value loss = 0;
  for (int i = 0; i < 40; ++i) {
    const double x = -3 + 6 * i / 39.0;
    const Value error = network(p, x) - std::sin(2 * x);
    loss = loss + error * error * (1 / 40.0);
  }
  backward(loss);
  for (size_t i = 0; i < p.size(); ++i) parameters[i] -= rate * p[i].grad();
  return loss.x;
}

static std::vector<double> curve(const std::vector<double>& parameters) {
  scalar::tape.clear();
  const std::vector<Value> p(parameters.begin(), parameters.end());
  std::vector<double> y;
  for (int i = 0; i <= 120; ++i) y.push_back(network(p, -3 + i * 0.05).x);
  return y;
}

int main() {
  std::vector<double> parameters;
  for (int i = 0; i < kNeurons; ++i) parameters.push_back(1 + 0.25 * i);             // w
  for (int i = 0; i < kNeurons; ++i) parameters.push_back(3 * std::cos(2.3 * i));    // b
  for (int i = 0; i < kNeurons; ++i) parameters.push_back(0.3 * std::sin(1.7 * i));  // v
  const std::vector<double> before = curve(parameters);
  for (int step = 0; step < 200; ++step) learn(parameters, 0.05);
  const std::vector<double> early = curve(parameters);
  double loss = 0;
  for (int step = 200; step < 4000; ++step) loss = learn(parameters, 0.05);
  const std::vector<double> late = curve(parameters);
  for (size_t i = 0; i < late.size(); ++i) {
    const double x = -3 + 0.05 * static_cast<double>(i);
    std::printf("%.2f %.4f %.4f %.4f %.4f\n", x, std::sin(2 * x), before[i], early[i], late[i]);
  }
  std::fprintf(stderr, "mean square error after 4000 steps: %.5f\n", loss);
}
