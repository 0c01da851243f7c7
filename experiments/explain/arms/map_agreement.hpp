// Do two runs look at the same places? The correlation of their maps of the same image, which shows how much of a difference
// between two maps is their networks' attention, and how much is the seed alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/explain/arms/run_numbers.hpp"

namespace eca {

// Pearson's, over the places; nothing where one of the maps is the same everywhere, or their sizes differ.
std::optional<double> correlation(const Map& a, const Map& b);

// The mean over those images to which both give the same answer; nothing if there is none.
std::optional<double> agreement(const RunNumbers& a, const RunNumbers& b);

struct ArmAgreement {
  std::string one, other;                 // the same: two seeds of one arm
  std::optional<double> other_seed;       // mean over pairs of runs of different seeds
  std::optional<double> same_seed;        // the same, of two arms with one seed
  std::optional<double> lowest, highest;  // of all these pairs of runs
};
// Each arm with itself and with all later ones.
std::vector<ArmAgreement> agreements(const std::vector<std::string>& arms,
                                     const std::vector<RunNumbers>& runs);

}  // namespace eca
