// CIFAR-10 and CIFAR-100, in their binary version and in the one for Python.
//   Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009;
//   https://www.cs.toronto.edu/~kriz/cifar.html
//
// A file is a row of records of fixed size, without a header:
//   CIFAR-10   label (1 byte),                    red (32,32), green (32,32), blue (32,32)
//   CIFAR-100  coarse label, fine label (1 each), red (32,32), green (32,32), blue (32,32)
// The Python version is a pickle a file, read by data/sets/pickle.hpp: a dictionary of "data", bytes (N,3072) in the order of
// the binary version, and "labels" or "fine_labels".
#pragma once

#include <cstdint>
#include <string>

#include "data/image_set.hpp"

namespace eca {

struct CifarLayout {
  int64_t label_bytes;  // the last one is the label that is used
  int64_t classes;

  int64_t record_bytes() const { return label_bytes + 3 * 32 * 32; }
};

inline constexpr CifarLayout kCifar10Layout{.label_bytes = 1, .classes = 10};
inline constexpr CifarLayout kCifar100Layout{.label_bytes = 2, .classes = 100};

// Appends the images of one file to `set`, converted from planes to (H,W,C).
// Throws FileError if the file does not hold exactly `expected_records` records or a label is out of range.
void read_cifar_file(const std::string& path, const CifarLayout& layout, int64_t expected_records,
                     ImageSet& set);

// The same of a file of the Python version; `label_key`: "labels" or "fine_labels".
void read_cifar_pickle(const std::string& path, const std::string& label_key, const CifarLayout& layout,
                       int64_t expected_records, ImageSet& set);

// `dir` holds data_batch_1..5.bin and test_batch.bin, or the same without .bin, or is the folder that cifar-10-batches-bin or
// cifar-10-batches-py lies in.
// Throws FileError if a file is missing or is not what it should be.
Dataset load_cifar10(const std::string& dir);

// `dir` holds train.bin and test.bin or train and test, or is the folder that cifar-100-binary or cifar-100-python lies in.
// Labels are the 100 fine ones.
Dataset load_cifar100(const std::string& dir);

}  // namespace eca
