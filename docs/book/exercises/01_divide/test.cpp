#include "docs/book/exercises/01_divide/task.hpp"

#include "docs/book/exercises/check.hpp"

using namespace scalar;

static Value logistic(Value x) { return Value(1) / (Value(1) + exp(Value(0) - x)); }

int main() {
  for (const double at : {-2.0, -0.5, 0.25, 3.0}) {
    tape.clear();
    Value a = at, b = 1.5;
    const Value quotient = a / b;
    backward(quotient);
    exercise::near("a / b", quotient.x, at / 1.5);
    exercise::near("d(a/b)/da", a.grad(), 1 / 1.5);
    exercise::near("d(a/b)/db", b.grad(), -at / 2.25);

    tape.clear();
    Value x = at;
    const Value s = logistic(x);
    backward(s);
    exercise::near("logistic'", x.grad(), s.x * (1 - s.x));

    tape.clear();  // x is used three times
    Value u = at;
    const Value y = exp(u) / (exp(u) + u * u);
    backward(y);
    const double e = std::exp(at), d = e + at * at;
    exercise::near("exp(x) / (exp(x) + x^2)", u.grad(), (e * d - e * (e + 2 * at)) / (d * d));
  }
  return exercise::result();
}
