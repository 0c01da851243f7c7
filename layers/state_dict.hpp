// The border between a network in memory and a weight file: names and axis order are PyTorch's in the file.
#pragma once

#include "core/files/safetensors.hpp"
#include "layers/module.hpp"

namespace eca {

// Parameters and buffers under their paths, in file order (OIHW, (O,I), (1,1,k)).
TensorFile save_state(Module& module);

// Copies every parameter and buffer of the module from the file. Throws FileError, and changes nothing, if one is missing
// (num_batches_tracked may be), has another shape, or if the file holds a tensor that the module does not know. The message
// names file, tensor, expected and found, and says that these are weights of another network where less than half fits.
void load_state(Module& module, const TensorFile& file);

// What of a module a file does not fit, each list in the order of the module or of the file's names.
struct StateMismatch {
  std::vector<const Parameter*> missing;    // parameters and buffers that the file does not hold
  std::vector<const Parameter*> misshapen;  // that it holds with another shape
  std::vector<std::string> unknown;         // tensors that the module does not have
  size_t fitting = 0;                       // parameters and buffers that fit
  bool none() const { return missing.empty() && misshapen.empty() && unknown.empty(); }
};
StateMismatch compare_state(Module& module, const TensorFile& file);
// The first mismatch in words, for a message that begins with the file's path.
std::string to_string(const StateMismatch& mismatch, const TensorFile& file);

// One array, memory order <-> file order.
FileTensor to_file(const Parameter& parameter);
std::vector<int64_t> file_shape(const Parameter& parameter);

// Images and maps: (N,C,H,W) in the file <-> (N,H,W,C) in memory. from_nchw throws ShapeError unless there are four axes.
Tensor from_nchw(const FileTensor& tensor, const std::string& name);
FileTensor to_nchw(const Tensor& tensor);

}  // namespace eca
