// "Did you mean ...?" for names typed by hand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace eca {

// Levenshtein distance: the least number of characters to insert, delete or replace that turns a into b.
int edit_distance(std::string_view a, std::string_view b);

// The candidate closest to `name`, or "" if none is within 2 edits or would keep less than half of the name.
std::string closest_name(std::string_view name, const std::vector<std::string>& candidates);

// " (did you mean \"cifar10\"?)", or "" if nothing is close.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace eca
