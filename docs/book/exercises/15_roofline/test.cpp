#include "docs/book/exercises/15_roofline/task.hpp"

#include "docs/book/exercises/check.hpp"

int main() {
  const Machine machine = {.peak = 200, .bandwidth = 35};
  const Layer narrow = {128, 32, 32, 16, 16, 3}, wide = {128, 8, 8, 64, 64, 3},
              pointwise = {128, 32, 32, 16, 16, 1};
  exercise::near("operations a byte, 16 channels", intensity(narrow), 36, 1e-9);
  exercise::near("operations a byte, 64 channels", intensity(wide), 144, 1e-9);
  exercise::near("the bound of 16 channels, ms", bound(narrow, machine), 3.0199, 1e-3);
  exercise::near("equal operations, equal bound", bound(wide, machine), bound(narrow, machine), 1e-9);
  exercise::near("a 1x1 layer waits for memory", bound(pointwise, machine), 0.4794, 1e-3);
  exercise::near("on a machine with slow memory", bound(narrow, {200, 3.5}), 4.7935, 1e-3);
  return exercise::result();
}
