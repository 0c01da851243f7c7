// Test images out of a set that has none of its own: chosen by a hash of their names, so that the choice is the same on every
// machine, in any order, and stays when other images come or go.
#pragma once

#include <string>
#include <string_view>

namespace eca {

// Whether the image of this name belongs to a test split that holds about `share` of all images: the first 64 bits of the
// name's SHA-256, as a fraction, lie below share.
bool is_held_out(std::string_view name, double share);

// Throws Error naming the data set unless 0 <= share < 1.
void check_held_out_share(const std::string& data_set, double share);

}  // namespace eca
