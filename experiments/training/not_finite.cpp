#include "experiments/training/not_finite.hpp"

#include <algorithm>
#include <cmath>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "experiments/common/format.hpp"

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

void throw_diverged(const RunDirectory& directory, const Schedule& schedule, int64_t step,
                    const std::string& what, const std::string& where) {
  const double lr = schedule.lr(std::min(step, schedule.total_steps - 1));
  throw Error(
      format("training diverged at step %lld of %lld: %s, expected a finite number; learning rate %g\n",
             static_cast<long long>(step), static_cast<long long>(schedule.total_steps), what.c_str(), lr) +
      "  " + where + "\n  " + directory.path() +
      (directory.holds_checkpoint() ? ": the last good checkpoint is kept"
                                    : ": no checkpoint was written yet") +
      "; try a lower --lr");
}

}  // namespace eca
