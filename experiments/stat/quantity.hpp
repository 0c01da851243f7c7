// Large numbers as papers print them: 25,557,032 parameters are 25.56M in decimal units and 24.37M in binary ones.
#pragma once

#include <cstdint>
#include <string>

namespace eca {

enum class Units { decimal, binary };  // M is 1000^2 or 1024^2
// Throws Error unless text is "decimal" or "binary".
Units parse_units(const std::string& text);

struct QuantityFormat {
  Units units = Units::decimal;
  int decimals = 2;
};

// The value in the largest of K, M, G, T that is not above it: "24.37M"; without a letter below K.
std::string quantity(int64_t value, QuantityFormat format);
// "25,557,032"
std::string with_commas(int64_t value);

}  // namespace eca
