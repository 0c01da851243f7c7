// A few test images drawn in characters, with what the network says of them.
#pragma once

#include <string>

#include "data/image_set.hpp"
#include "layers/module.hpp"

namespace eca {

// The first two images of the set that the network names right and the first it names wrong, side by side in at
// most 80 columns, each above its label and the network's most probable classes. Looks at the first 500 images at
// most.
std::string example_predictions(Module& network, const ImageSet& set, const Normalisation& normalisation);

}  // namespace eca
