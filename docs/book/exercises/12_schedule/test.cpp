#include "docs/book/exercises/12_schedule/task.hpp"

#include "core/optim/schedule.hpp"
#include "docs/book/exercises/check.hpp"

int main() {
  for (const double warmup : {0.0, 0.1, 0.25}) {
    eca::Schedule schedule = eca::parse_schedule("cosine:warmup=" + std::to_string(warmup));
    schedule.peak = 0.4;
    schedule.total_steps = 40;
    double sum = 0;
    for (int step = 0; step < 40; ++step) {
      const double rate = learning_rate(step, 40, warmup, 0.4);
      exercise::near("step " + std::to_string(step) + ", warmup " + std::to_string(warmup), rate,
                     schedule.lr(step));
      sum += rate;
    }
    exercise::near("the sum of all rates", sum, 0.4 * 40 / 2, 1e-9);
  }
  return exercise::result();
}
