// How much memory decoded images may take.
#pragma once

#include <cstdint>
#include <string>

namespace eca {

// Bytes, from "auto", half of what is free now, or a number with K, M or G behind it, each 1024 times the one before: "0", "500M",
// "1.5G". Throws Error naming what was expected.
int64_t parse_data_memory(const std::string& text);

// Bytes that the system can give to programs without taking any from others; where a control group (a container) allows less,
// what is left of that.
int64_t free_memory_bytes();

}  // namespace eca
