#include "experiments/drawing/colour_map.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace eca {

static constexpr Colour kInferno[] = {{0, 0, 4},      {27, 12, 65},   {74, 12, 107},  {120, 28, 109},
                                      {165, 44, 96},  {207, 68, 70},  {237, 105, 37}, {251, 155, 6},
                                      {247, 209, 61}, {252, 255, 164}};
static constexpr Colour kBlueToRed[] = {{33, 102, 172},  {103, 169, 207}, {209, 229, 240}, {247, 247, 247},
                                        {253, 219, 199}, {239, 138, 98},  {178, 24, 43}};

// share 0: the first colour, 1: the last one.
static Colour along(std::span<const Colour> colours, double share) {
  if (std::isnan(share)) return {128, 128, 128};
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(colours.size() - 1);
  const size_t i = std::min(static_cast<size_t>(place), colours.size() - 2);
  return mixed(colours[i], colours[i + 1], place - static_cast<double>(i));
}

Colour heat_colour(double value) { return along(kInferno, value); }

Colour signed_colour(double value) { return along(kBlueToRed, (value + 1) / 2); }

}  // namespace eca
