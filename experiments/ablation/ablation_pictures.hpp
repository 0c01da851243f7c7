// The pictures of an ablation, drawn from its report.csv and timing.csv alone: they can be drawn again where the
// runs are gone.
#pragma once

#include <string>

#include "experiments/ablation/ablation_config.hpp"
#include "experiments/ablation/scatter_plot.hpp"

namespace eca {

// Mean of each arm by the main score, and its 95 % interval against its size. Where all arms are one network, their size is
// what attention adds to it; else it is that of the whole network. `report_csv` is the text of report.csv. Arms
// without a finished run are left out. Throws Error naming what is missing in the text.
ScatterPlot score_by_parameters(const Ablation& ablation, const std::string& report_csv);

// The same means against the time of a run: the middle one of the seeds, with the fastest and the slowest.
ScatterPlot score_by_time(const Ablation& ablation, const std::string& report_csv,
                          const std::string& timing_csv);

// Draws accuracy_params.png and accuracy_time.png, of other scores NAME_params.png and so on, into `out` from the tables there. False if there is no gnuplot
// or no arm has a finished run. Throws FileError naming the table that cannot be read.
bool draw_pictures(const Ablation& ablation, const std::string& out);

}  // namespace eca
