// IDX files, the format of MNIST and Fashion-MNIST, plain or gzipped.
//   LeCun, Cortes, Burges, http://yann.lecun.com/exdb/mnist; Xiao, Rasul, Vollgraf, arXiv 1708.07747v2.
//
//   bytes 0 0, type (0x08 = unsigned byte), rank r; r extents (32-bit big-endian); the values, row by row
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/image_set.hpp"

namespace eca {

struct IdxArray {
  std::vector<int64_t> extents;  // (N,H,W) for images, (N) for labels
  std::vector<uint8_t> values;
};

// Throws FileError if the file is not an IDX array of unsigned bytes of this rank, is truncated, has bytes
// after its end, or is a corrupt gzip file.
IdxArray read_idx(const std::string& path, int rank);

// One grey channel; labels in [first_label, first_label + classes), counted from 0 in the result. Throws FileError if a file is
// bad or they do not match.
ImageSet read_idx_split(const std::string& images_path, const std::string& labels_path,
                        const std::vector<std::string>& classes, int first_label = 0);

// Data of this kind. `name` is the data set's; `train` and `test` are how the names of its files begin.
struct IdxNames {
  std::string name, train, test;
  std::vector<std::string> folders;  // below the one that is given, where the files may lie as well
  std::vector<std::string> classes;
  int first_label = 0;
  std::string how_to_get;  // ends the message about a missing file
};

// Both splits, not normalised, from {train,test}-{images-idx3,labels-idx1}-ubyte, each with or without .gz; also spelled
// train-images.idx3-ubyte and so on. Throws FileError if one is missing or bad.
Dataset load_idx(const std::string& dir, const IdxNames& names);

// MNIST in `dir`, or in dir/MNIST/raw, where torchvision puts it. Throws what load_idx throws.
Dataset load_mnist(const std::string& dir);

// The same for Fashion-MNIST, and dir/FashionMNIST/raw. An empty `dir` means fashion_mnist_folder().
Dataset load_fashion_mnist(const std::string& dir = "");

// The environment variable FASHION_MNIST_DIR, or where Debian's package dataset-fashion-mnist installs it.
std::string fashion_mnist_folder();
bool fashion_mnist_installed();

}  // namespace eca
