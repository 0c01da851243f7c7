// What explaining the runs of an ablation shows, as a page, as a table with all digits, and as a picture.
#pragma once

#include <string>
#include <vector>

#include "experiments/drawing/picture.hpp"
#include "experiments/explain/arms/run_numbers.hpp"

namespace eca {

struct ArmsReport {
  std::string folder, data, layer, method;  // of the ablation; of the maps
  int64_t images = 0, blocks = 0;           // averaged over; with gates
  std::vector<std::string> arms;            // in order, with a run
  std::vector<RunNumbers> runs;
  std::vector<std::string> left_out;  // runs that are not finished
};

// Means with 95 % intervals over seeds, paired differences, what cannot be told apart, how far maps of two runs agree, every
// run.
std::string arms_markdown(const ArmsReport& report);

// A row a number: arm, seed, block (empty: of the whole run), measure, value with all digits.
std::string arms_csv(const ArmsReport& report);

// Gates block by block, a line a run in the colour of its arm: how much of their spread is between classes, and how much more
// alike neighbours are than any two. Throws Error unless has_gates.
Picture arms_picture(const ArmsReport& report);
// Whether any arm has gates in at least two blocks.
bool has_gates(const ArmsReport& report);

}  // namespace eca
