#include "docs/book/exercises/15_roofline/task.hpp"

#include <algorithm>

static double operations(const Layer& l) {
  return 2.0 * l.images * l.height * l.width * l.inputs * l.outputs * l.kernel * l.kernel;
}
static double bytes(const Layer& l) { return 4.0 * l.images * l.height * l.width * (l.inputs + l.outputs); }

double intensity(const Layer& layer) { return operations(layer) / bytes(layer); }

double bound(const Layer& layer, const Machine& machine) {
  return 1e3 * std::max(operations(layer) / (1e9 * machine.peak), bytes(layer) / (1e9 * machine.bandwidth));
}
