#include "data/sets/cifar.hpp"

#include "tests/fuzz/reader.hpp"

// The first byte chooses between CIFAR-10 and CIFAR-100, and how many records are expected; the file follows.
void eca::fuzz::read_cifar(Bytes bytes) {
  if (bytes.empty()) return;
  const CifarLayout& layout = bytes[0] & 1 ? kCifar100Layout : kCifar10Layout;
  ImageSet set;
  read_cifar_file(MemoryFile(bytes.subspan(1)).path(), layout, /*expected_records=*/bytes[0] / 2, set);
}
