#include "data/sets/npy.hpp"

#include "tests/fuzz/reader.hpp"

// The header, and of integers every value.
void eca::fuzz::read_npy(Bytes bytes) {
  const NpyArray array = parse_npy("fuzz", {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (array.type[0] != 'i' && array.type[0] != 'u') return;
  for (int64_t i = 0; i < array.size(); ++i) array.integer(i);
}
