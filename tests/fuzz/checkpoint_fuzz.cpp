#include "core/files/safetensors.hpp"
#include "core/optim/sgd.hpp"
#include "experiments/training/checkpoint.hpp"
#include "layers/linear.hpp"
#include "tests/fuzz/reader.hpp"
#include "tests/temp_dir.hpp"

// A checkpoint must carry the right checksum, which no fuzzer finds. So the bytes are a safetensors file without one, and
// are written as a file with one. The network is a linear layer 2 -> 2; from the card another one would be built.
void eca::fuzz::read_checkpoint(Bytes bytes) {
  const TensorFile file = eca::read_safetensors(MemoryFile(bytes).path());
  static const test::TempDir dir;
  const std::string path = dir.file("checkpoint.safetensors");
  write_safetensors(path, file);
  Linear network(2, 2);
  network.initialise(1);
  Sgd optimizer(network.parameters(), {.momentum = 0.9});
  if (has_card(file)) card_from_metadata(eca::read_safetensors(path));
  load_checkpoint(path, network, optimizer);
}
