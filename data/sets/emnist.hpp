// EMNIST: handwritten digits and letters in the form of MNIST, each image stored with rows and columns exchanged.
//   Cohen, Afshar, Tapson, van Schaik, arXiv 1702.05373v2.
#pragma once

#include <string>
#include <vector>

#include "data/image_set.hpp"

namespace eca {

// "balanced", "byclass", "bymerge", "digits", "letters", "mnist".
std::vector<std::string> emnist_splits();

// `dir` holds emnist-SPLIT-{train,test}-{images-idx3,labels-idx1}-ubyte, each with or without .gz; or dir/gzip does, as the
// archive has it, or dir/EMNIST/raw, where torchvision puts it. Images are upright; normalised by the train split. Classes are
// called by their characters, of letters without case by small ones.
// Throws Error on another split, FileError if a file is missing or bad.
Dataset load_emnist(const std::string& dir, const std::string& split);

}  // namespace eca
