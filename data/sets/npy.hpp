// Arrays as NumPy saves them (numpy.save), and a data set made of them.
//   NumPy, numpy/lib/format.py, versions 1.0, 2.0 and 3.0: "\x93NUMPY", version, length of the header, a Python dictionary
//   {'descr': '|u1', 'fortran_order': False, 'shape': (50000, 32, 32, 3), }, the values in C order
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/image_set.hpp"

namespace eca {

struct NpyArray {
  std::string type;  // "u1", "i8": kind and bytes of a value, without its byte order
  bool big_endian = false;
  std::vector<int64_t> extents;
  std::string_view bytes;  // of the file

  int64_t size() const;  // values
  // Value i of an array of integers.
  int64_t integer(int64_t i) const;
};

// The array that `bytes`, the whole file, hold. Throws FileError naming `path`: no NumPy file, a later version, Fortran order,
// a header that cannot be read, more or fewer bytes than the shape asks for.
NpyArray parse_npy(const std::string& path, std::string_view bytes);

// Images (N,H,W) or (N,H,W,C) of bytes and labels (N) of integers, H = W. Classes are called by their numbers, or by the lines
// of classes.txt in the folder.
//   "IMAGES.npy,LABELS.npy,TEST_IMAGES.npy,TEST_LABELS.npy"
//   "IMAGES.npy,LABELS.npy[,test=0.2]"     a share of them, chosen by a hash of their numbers, is what is tested with
//   "DIR" with train_images.npy, train_labels.npy, test_images.npy, test_labels.npy
// Throws Error on any other text, FileError if a file is missing or is not what it should be.
Dataset load_npy(const std::string& text);

}  // namespace eca
