#pragma once

#include <string>

#include "experiments/explain/report.hpp"

namespace eca {

// The report as one HTML file that needs no other and no network: pictures are in it, as data. Dark where the reader's system is;
// readable at the width of a phone. `environment` is the line that says what computed it.
std::string html_page(const Explanation& report, const std::string& environment);

}  // namespace eca
