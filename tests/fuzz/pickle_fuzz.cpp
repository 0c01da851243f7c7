#include "data/sets/cifar.hpp"
#include "data/sets/pickle.hpp"
#include "tests/fuzz/reader.hpp"

// As a pickle, and as a batch of CIFAR of four images.
void eca::fuzz::read_pickle(Bytes bytes) {
  Pickle({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  ImageSet set;
  read_cifar_pickle(MemoryFile(bytes).path(), "labels", kCifar10Layout, /*expected_records=*/4, set);
}
