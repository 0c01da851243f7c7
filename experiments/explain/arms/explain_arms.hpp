// `eca explain` of the folder of an ablation: every finished run of it, and what the arms' numbers say over seeds.
#pragma once

#include <functional>

#include "experiments/explain/arms/arm_report.hpp"

namespace eca {

// Whether that is a folder as `eca ablate` leaves it: ablation.txt and ARM/seed-N.
bool is_ablation_folder(const std::string& path);

// Explains the finished runs of `folder` over options.test_images test images of `data` (empty: what the runs were trained on),
// and calls `done` after each with its line. Throws FileError if there is no finished run, or a run cannot be read; Error if
// the networks have other classes than the data.
ArmsReport explain_arms(const std::string& folder, const std::string& data, const ExplainOptions& options,
                        const std::function<void(const std::string&)>& done);

}  // namespace eca
