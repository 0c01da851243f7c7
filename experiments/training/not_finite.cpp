#include "experiments/training/not_finite.hpp"

#include <algorithm>
#include <cmath>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"

namespace eca {

bool all_finite(std::span<const real> values) {
  return std::all_of(values.begin(), values.end(), [](real value) { return std::isfinite(value); });
}

const Parameter* first_not_finite(Module& network) {
  for (const Parameter* parameter : network.parameters()) {
    if (!all_finite(parameter->value.values())) return parameter;
  }
  return nullptr;
}

std::string where_not_finite(Module& network, const Tensor& x) {
  if (const Parameter* bad = first_not_finite(network)) {
    return std::string("first bad parameter: ") + tensor_str(bad->value);
  }
  std::string where;
  const bool checked_before = check_finite_enabled();
  set_check_finite(true);
  try {
    network(x);
  } catch (const Error& error) {
    where = error.what();
  }
  set_check_finite(checked_before);
  return where;
}

}  // namespace eca
