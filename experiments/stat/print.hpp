// Reports as text and as JSON.
#pragma once

#include <string>
#include <vector>

#include "experiments/stat/quantity.hpp"
#include "experiments/stat/report.hpp"

namespace eca {

// One line an op, the columns of torchstat, then the totals.
std::string report_table(const Report& report, QuantityFormat format);
// One line a network, totals only.
std::string comparison_table(const std::vector<Report>& reports, QuantityFormat format);

// {"model", "rules", "input": [C,H,W], "rows": [{"module", ...}], "total": {...}}; bytes are those of float32.
std::string report_json(const Report& report, QuantityFormat format);
// A list of such objects without their rows.
std::string comparison_json(const std::vector<Report>& reports, QuantityFormat format);

}  // namespace eca
