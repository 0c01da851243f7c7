// The border between a network in memory and a weight file: names and axis order are PyTorch's in the file.
#pragma once

#include "core/files/safetensors.hpp"
#include "layers/module.hpp"

namespace eca {

// Parameters and buffers under their paths, in file order (OIHW, (O,I), (1,1,k)).
TensorFile save_state(Module& module);

// Copies every parameter and buffer of the module from the file. Throws FileError, and changes nothing, if one is
// missing (num_batches_tracked may be), has another shape, or if the file holds a tensor that the module does not
// know; the message names file, tensor, expected and found.
void load_state(Module& module, const TensorFile& file);

// One array, memory order <-> file order.
FileTensor to_file(const Parameter& parameter);
std::vector<int64_t> file_shape(const Parameter& parameter);

// Images and maps: (N,C,H,W) in the file <-> (N,H,W,C) in memory. from_nchw throws ShapeError unless there are four
// axes.
Tensor from_nchw(const FileTensor& tensor, const std::string& name);
FileTensor to_nchw(const Tensor& tensor);

}  // namespace eca
