// Labels by the names of their classes: a data set may number them in another order than the network does, or have only some
// of them.
#pragma once

#include <string>
#include <vector>

#include "data/image_set.hpp"

namespace eca {

// The set with the labels that its classes have in `classes`, those of the network in `weights`; `classes_file` is where the
// user gave their names, empty if the weights say them. Throws Error naming the classes that the network does not know, and
// those of the file that stand in their place.
ImageSet labelled_by(ImageSet set, const std::vector<std::string>& classes, const std::string& weights,
                     const std::string& classes_file = "");

}  // namespace eca
