// Where a network's numbers stop being finite, for messages.
#pragma once

#include <span>
#include <string>

#include "core/optim/schedule.hpp"
#include "experiments/training/run_directory.hpp"
#include "layers/module.hpp"

namespace eca {

// The first parameter with a value that is NaN or infinite; null if there is none.
const Parameter* first_not_finite(Module& network);

// The first bad parameter, or else the first op of the forward pass of x (N,H,W,C) whose output is not finite: it is run
// again, every output checked. Empty if all is finite.
std::string where_not_finite(Module& network, const Tensor& x);

// Throws Error: the training in `directory` diverged at this step; `what` is not finite ("the loss is nan"), and `where` says the
// rest.
[[noreturn]] void throw_diverged(const RunDirectory& directory, const Schedule& schedule, int64_t step,
                                 const std::string& what, const std::string& where);

// Whether none is NaN or infinite.
bool all_finite(std::span<const real> values);

}  // namespace eca
