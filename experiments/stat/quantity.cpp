#include "experiments/stat/quantity.hpp"

#include "core/base/error.hpp"
#include "experiments/common/format.hpp"

namespace eca {

Units parse_units(const std::string& text) {
  if (text == "decimal") return Units::decimal;
  if (text == "binary") return Units::binary;
  throw Error("units: \"" + text + "\", expected decimal (M is 1000^2) or binary (M is 1024^2)");
}

std::string quantity(int64_t value, QuantityFormat format) {
  const double step = format.units == Units::binary ? 1024 : 1000;
  double scaled = static_cast<double>(value);
  const char* letter = "KMGT";
  if (scaled < step) return std::to_string(value);
  for (scaled /= step; scaled >= step && letter[1] != '\0'; scaled /= step) ++letter;
  return eca::format("%.*f%c", format.decimals, scaled, *letter);
}

std::string with_commas(int64_t value) {
  std::string text = std::to_string(value);
  for (auto i = static_cast<int64_t>(text.size()) - 3; i > (value < 0 ? 1 : 0); i -= 3) {
    text.insert(static_cast<size_t>(i), 1, ',');
  }
  return text;
}

}  // namespace eca
