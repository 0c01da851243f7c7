#include "experiments/drawing/line.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"

namespace eca {

namespace {

constexpr double kDash = 6, kPeriod = 10;

struct Nearest {
  double distance, along;  // from the piece's first point
};

Nearest nearest(Point a, Point b, double length, Point p) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double share =
      length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / (length * length), 0.0, 1.0) : 0;
  return {std::hypot(p.x - a.x - share * dx, p.y - a.y - share * dy), share * length};
}

int64_t whole(double place, int64_t most) {
  return std::clamp<int64_t>(static_cast<int64_t>(std::floor(place)), 0, most);
}

}  // namespace

void draw_line(Picture& picture, const std::vector<Point>& points, const LineStyle& style) {
  const int64_t W = picture.width(), H = picture.height();
  std::vector<double> shares(static_cast<size_t>(W * H));
  const double reach = style.width / 2 + 0.5;
  double before = 0;
  for (size_t i = 0; i + 1 < points.size(); ++i) {
    const Point a = points[i], b = points[i + 1];
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    for (int64_t y = whole(std::min(a.y, b.y) - reach, H); y < whole(std::max(a.y, b.y) + reach + 1, H);
         ++y) {
      for (int64_t x = whole(std::min(a.x, b.x) - reach, W); x < whole(std::max(a.x, b.x) + reach + 1, W);
           ++x) {
        const Nearest here =
            nearest(a, b, length, {static_cast<double>(x) + 0.5, static_cast<double>(y) + 0.5});
        if (style.dashed && std::fmod(before + here.along, kPeriod) > kDash) continue;
        double& share = shares[static_cast<size_t>(y * W + x)];
        share = std::max(share, std::clamp(reach - here.distance, 0.0, 1.0));
      }
    }
    before += length;
  }
  for (int64_t i = 0; i < W * H; ++i) {
    const double share = shares[static_cast<size_t>(i)];
    if (share > 0) picture.set(i % W, i / W, mixed(picture.at(i % W, i / W), style.colour, share));
  }
}

Colour parse_colour(const std::string& text) {
  if (text == "currentColor") return kInk;
  if (text.size() != 7 || text[0] != '#' ||
      text.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos)
    throw Error("colour: \"" + text + "\", expected six digits as in #4477aa");
  const auto part = [&](size_t at) {
    return static_cast<uint8_t>(std::stoi(text.substr(at, 2), nullptr, 16));
  };
  return {part(1), part(3), part(5)};
}

}  // namespace eca
