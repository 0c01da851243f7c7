#include "layers/state_dict.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/error.hpp"

namespace eca {

namespace {

// For each axis of the file, the axis of memory it shows.
std::vector<int> file_axes(const Parameter& parameter) {
  switch (parameter.layout) {
    case FileLayout::conv:
      return {3, 2, 0, 1};
    case FileLayout::linear:
      if (parameter.value.rank() == 4) return {3, 2, 0, 1};  // of maps: (H,W,I,O) -> (O,I*H*W)
      return {1, 0};
    case FileLayout::same:
    case FileLayout::conv1d:       // (K) -> (1,1,K): the same numbers in the same order
    case FileLayout::depthwise1d:  // (C,K) -> (C,1,K)
    case FileLayout::channel:      // (C) -> (1,C,1,1)
    case FileLayout::counter:      // (1) -> ()
      break;
  }
  std::vector<int> same(static_cast<size_t>(parameter.value.rank()));
  for (size_t i = 0; i < same.size(); ++i) same[i] = static_cast<int>(i);
  return same;
}

// offsets[i] = where element i of the file lies in memory.
std::vector<int64_t> memory_offsets(const Parameter& parameter) {
  const Shape& shape = parameter.value.shape();
  const std::vector<int> axes = file_axes(parameter);
  std::vector<int64_t> strides(axes.size(), 1);
  for (size_t i = axes.size(); i-- > 1;) strides[i - 1] = strides[i] * shape.dim(static_cast<int>(i));
  std::vector<int64_t> offsets = {0};
  for (const int axis : axes) {  // each axis multiplies the list by its extent
    std::vector<int64_t> longer;
    longer.reserve(offsets.size() * static_cast<size_t>(shape.dim(axis)));
    for (const int64_t offset : offsets) {
      for (int64_t i = 0; i < shape.dim(axis); ++i)
        longer.push_back(offset + i * strides[static_cast<size_t>(axis)]);
    }
    offsets = std::move(longer);
  }
  return offsets;
}

std::string shape_text(const std::vector<int64_t>& shape) { return Shape(shape).str(); }

std::vector<Parameter*> parameters_and_buffers(Module& module) {
  std::vector<Parameter*> all = module.parameters();
  for (Parameter* buffer : module.buffers()) all.push_back(buffer);
  return all;
}

bool may_be_missing(const Parameter& parameter) { return parameter.layout == FileLayout::counter; }

void load_tensor(Parameter& parameter, const FileTensor& tensor) {
  const std::vector<real> values = tensor.reals();
  const std::vector<int64_t> offsets = memory_offsets(parameter);
  std::vector<real> in_memory(values.size());
  for (size_t i = 0; i < values.size(); ++i) in_memory[static_cast<size_t>(offsets[i])] = values[i];
  parameter.value.assign(in_memory);
}

}  // namespace

std::vector<int64_t> file_shape(const Parameter& parameter) {
  const Tensor& value = parameter.value;
  if (parameter.layout == FileLayout::counter) return {};
  if (parameter.layout == FileLayout::conv1d) return {1, 1, value.dim(0)};
  if (parameter.layout == FileLayout::depthwise1d) return {value.dim(0), 1, value.dim(1)};
  if (parameter.layout == FileLayout::channel) return {1, value.dim(0), 1, 1};
  if (parameter.layout == FileLayout::linear && value.rank() == 4)
    return {value.dim(3), value.dim(0) * value.dim(1) * value.dim(2)};
  std::vector<int64_t> shape;
  for (const int axis : file_axes(parameter)) shape.push_back(value.dim(axis));
  return shape;
}

FileTensor to_file(const Parameter& parameter) {
  const std::vector<real> in_memory = parameter.value.values();
  if (parameter.layout == FileLayout::counter) {
    return FileTensor::of({}, std::array{static_cast<int64_t>(in_memory[0])});
  }
  std::vector<real> values;
  for (const int64_t offset : memory_offsets(parameter))
    values.push_back(in_memory[static_cast<size_t>(offset)]);
  return FileTensor::of(file_shape(parameter), values);
}

TensorFile save_state(Module& module) {
  TensorFile file;
  for (const Parameter* parameter : parameters_and_buffers(module)) {
    file.tensors.emplace(parameter->name, to_file(*parameter));
  }
  return file;
}

StateMismatch compare_state(Module& module, const TensorFile& file) {
  StateMismatch mismatch;
  std::set<std::string> known;
  for (const Parameter* parameter : parameters_and_buffers(module)) {
    known.insert(parameter->name);
    const auto found = file.tensors.find(parameter->name);
    if (found == file.tensors.end()) {
      if (!may_be_missing(*parameter)) mismatch.missing.push_back(parameter);
    } else if (found->second.shape != file_shape(*parameter)) {
      mismatch.misshapen.push_back(parameter);
    } else {
      ++mismatch.fitting;
    }
  }
  for (const auto& [name, tensor] : file.tensors) {
    if (!known.contains(name)) mismatch.unknown.push_back(name);
  }
  return mismatch;
}

std::string to_string(const StateMismatch& mismatch, const TensorFile& file) {
  const size_t unfit = mismatch.missing.size() + mismatch.misshapen.size() + mismatch.unknown.size();
  const std::string whose = unfit > mismatch.fitting ? ": these are weights of another network" : "";
  if (!mismatch.misshapen.empty()) {
    const Parameter& parameter = *mismatch.misshapen.front();
    return "tensor \"" + parameter.name + "\": expected shape " + shape_text(file_shape(parameter)) +
           ", found " + shape_text(file.at(parameter.name).shape) + whose;
  }
  if (!mismatch.missing.empty()) {
    const Parameter& parameter = *mismatch.missing.front();
    return "no tensor \"" + parameter.name + "\" " + shape_text(file_shape(parameter)) +
           ", which the network needs" + whose;
  }
  if (!mismatch.unknown.empty()) {
    const std::string& name = mismatch.unknown.front();
    return "tensor \"" + name + "\" " + shape_text(file.at(name).shape) + " is unknown to the network" +
           whose;
  }
  return "fits";
}

void load_state(Module& module, const TensorFile& file) {
  const StateMismatch mismatch = compare_state(module, file);
  if (!mismatch.none()) throw FileError(file.path, to_string(mismatch, file));
  for (Parameter* parameter : parameters_and_buffers(module)) {
    const auto found = file.tensors.find(parameter->name);
    if (found != file.tensors.end()) load_tensor(*parameter, found->second);
  }
}

Tensor from_nchw(const FileTensor& tensor, const std::string& name) {
  if (tensor.shape.size() != 4) {
    throw ShapeError("\"" + name + "\" " + shape_text(tensor.shape) + ": expected four axes, N,C,H,W");
  }
  const int64_t N = tensor.shape[0], C = tensor.shape[1], H = tensor.shape[2], W = tensor.shape[3];
  const std::vector<real> values = tensor.reals();
  std::vector<real> nhwc(values.size());
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t c = 0; c < C; ++c) {
      for (int64_t p = 0; p < H * W; ++p) {
        nhwc[static_cast<size_t>((n * H * W + p) * C + c)] =
            values[static_cast<size_t>((n * C + c) * H * W + p)];
      }
    }
  }
  return Tensor::from({N, H, W, C}, nhwc).set_name(name);
}

FileTensor to_nchw(const Tensor& tensor) {
  const int64_t N = tensor.dim(0), H = tensor.dim(1), W = tensor.dim(2), C = tensor.dim(3);
  const std::vector<real> nhwc = tensor.values();
  std::vector<real> values(nhwc.size());
  for (int64_t n = 0; n < N; ++n) {
    for (int64_t c = 0; c < C; ++c) {
      for (int64_t p = 0; p < H * W; ++p) {
        values[static_cast<size_t>((n * C + c) * H * W + p)] =
            nhwc[static_cast<size_t>((n * H * W + p) * C + c)];
      }
    }
  }
  return FileTensor::of({N, C, H, W}, values);
}

}  // namespace eca
