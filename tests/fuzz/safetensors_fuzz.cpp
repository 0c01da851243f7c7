#include "core/files/safetensors.hpp"

#include "tests/fuzz/reader.hpp"

void eca::fuzz::read_safetensors(Bytes bytes) {
  const TensorFile file = eca::read_safetensors(MemoryFile(bytes).path());
  for (const auto& [name, tensor] : file.tensors) tensor.reals();
}
