#include "layers/detection/box_coder.hpp"

#include <algorithm>
#include <string>

#include "core/base/error.hpp"

namespace eca {

static void check_sides(const char* which, const CornerBox& box) {
  if (box.width() > 0 && box.height() > 0) return;
  throw Error("box coder: the " + std::string(which) + " is " + std::to_string(box.width()) + " wide and " +
              std::to_string(box.height()) + " high, expected both above 0");
}

BoxDelta BoxCoder::encode(const CornerBox& box, const CornerBox& reference) const {
  check_sides("box", box);
  check_sides("reference", reference);
  return {weights[0] * (box.center_x() - reference.center_x()) / reference.width(),
          weights[1] * (box.center_y() - reference.center_y()) / reference.height(),
          weights[2] * std::log(box.width() / reference.width()),
          weights[3] * std::log(box.height() / reference.height())};
}

CornerBox BoxCoder::decode(const BoxDelta& delta, const CornerBox& reference) const {
  const double x = reference.center_x() + delta[0] / weights[0] * reference.width();
  const double y = reference.center_y() + delta[1] / weights[1] * reference.height();
  const double width = reference.width() * std::exp(std::min(delta[2] / weights[2], largest));
  const double height = reference.height() * std::exp(std::min(delta[3] / weights[3], largest));
  return {x - width / 2, y - height / 2, x + width / 2, y + height / 2};
}

}  // namespace eca
