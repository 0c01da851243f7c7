#include "experiments/explain/on_object.hpp"

#include <algorithm>

namespace eca {

double share_on_object(const Map& map, const uint8_t* mask) {
  double inside = 0, all = 0;
  for (size_t i = 0; i < map.values.size(); ++i) {
    const double value = std::max(map.values[i], 0.0);
    all += value;
    if (mask[i] != 0) inside += value;
  }
  return all > 0 ? inside / all : -1;
}

double object_area(const uint8_t* mask, int64_t pixels) {
  return static_cast<double>(std::count_if(mask, mask + pixels, [](uint8_t on) { return on != 0; })) /
         static_cast<double>(pixels);
}

}  // namespace eca
