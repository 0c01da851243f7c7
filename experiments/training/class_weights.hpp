// Weights of classes in the loss, as a user gives them.
#pragma once

#include <string>
#include <vector>

#include "data/image_set.hpp"

namespace eca {

// The text that a configuration keeps: of a file its lines, joined by commas, so that a run does not change with the file; all
// other texts as they are. Throws FileError if the file cannot be read.
std::string class_weights_text(const std::string& asked);

// The weight of each class (K), none from an empty text:
//   balanced          w[k] = N / (K' n[k]) with N images, n[k] of class k, K' classes that have some; 0 of classes without
//   1,2,0.5           in the order of the classes
//   cat=2,dog=0.5     by name, each class once
// Throws Error naming what is wrong and the classes.
std::vector<double> class_weights(const std::string& text, const ImageSet& train);

}  // namespace eca
