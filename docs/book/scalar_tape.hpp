// Reverse-mode differentiation of numbers: a list of the steps taken, and one walk back over it.
#pragma once

#include <cmath>
#include <vector>

namespace scalar {

// One step y = f(a, b): where a and b were made, and how much y moves when each of them moves by 1.
struct Step {
  int a, b;           // -1: there is none
  double da, db;      // dy/da, dy/db
  double grad = 0.0;  // dLoss/dy, once backward has been here
};

inline std::vector<Step> tape;  // in the order in which the steps were taken

// A number that remembers which step made it.
struct Value {
  double x;
  int step;
  Value(double x_in, int a = -1, double da = 0, int b = -1, double db = 0)
      : x(x_in), step(static_cast<int>(tape.size())) {
    tape.push_back({a, b, da, db});
  }
  double grad() const { return tape[static_cast<size_t>(step)].grad; }
};

inline Value operator+(Value a, Value b) { return {a.x + b.x, a.step, 1, b.step, 1}; }
inline Value operator-(Value a, Value b) { return {a.x - b.x, a.step, 1, b.step, -1}; }
inline Value operator*(Value a, Value b) { return {a.x * b.x, a.step, b.x, b.step, a.x}; }

inline Value tanh(Value a) {
  const double y = std::tanh(a.x);
  return {y, a.step, 1 - y * y};
}

// dLoss/dLoss = 1; then every step hands on what it got, from the last to the first. Whoever used a
// value was recorded after it, so a gradient is complete when its step is reached.
inline void backward(Value loss) {
  tape[static_cast<size_t>(loss.step)].grad = 1;
  for (size_t i = tape.size(); i-- > 0;) {
    const Step& y = tape[i];
    if (y.a >= 0) tape[static_cast<size_t>(y.a)].grad += y.grad * y.da;
    if (y.b >= 0) tape[static_cast<size_t>(y.b)].grad += y.grad * y.db;
  }
}

}  // namespace scalar
