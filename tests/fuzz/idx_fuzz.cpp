#include "data/sets/idx.hpp"

#include "tests/fuzz/reader.hpp"

// Plain or gzipped; zlib looks at the first bytes.
void eca::fuzz::read_idx(Bytes bytes) { eca::read_idx(MemoryFile(bytes).path(), /*rank=*/3); }
