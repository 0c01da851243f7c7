#include "experiments/drawing/chart_picture.hpp"

#include <cmath>

#include "experiments/common/axis.hpp"
#include "experiments/drawing/line.hpp"
#include "experiments/drawing/text.hpp"

namespace eca {

namespace {

constexpr int64_t kFieldLeft = 44, kFieldRight = 10, kFieldTop = 28, kFieldBottom = 30;
constexpr Colour kGrid = {223, 227, 232};

// Where the curves are.
struct Field {
  double left, right, top, bottom;
  Point at(double x, double y) const { return {left + x * (right - left), bottom - y * (bottom - top)}; }
};

void draw_axes(Picture& picture, const Chart& chart, const Field& field) {
  for (const Tick& tick : linear_axis({chart.y_low, chart.y_high}, chart.y_low, chart.y_high).ticks) {
    const auto y = static_cast<int64_t>(field.at(0, tick.place).y);
    picture.fill(kFieldLeft, y, picture.width() - kFieldLeft - kFieldRight, 1, kGrid);
    draw_text(picture, kFieldLeft - 6 - text_width(tick.text), y - 7, tick.text, kPaleInk);
  }
  const int64_t base = picture.height() - kFieldBottom + 8;
  const std::string last = short_number(chart.x_high);
  draw_text(picture, kFieldLeft, base, short_number(chart.x_low), kPaleInk);
  draw_text(picture, picture.width() - kFieldRight - text_width(last), base, last, kPaleInk);
  draw_text(picture, (picture.width() + kFieldLeft - kFieldRight - text_width(chart.x_label)) / 2, base,
            chart.x_label, kPaleInk);
  draw_text(picture, kFieldLeft, 4, shortened(chart.title, picture.width() - kFieldLeft), kInk);
}

}  // namespace

Picture chart_picture(const Chart& chart, int64_t width, int64_t height) {
  check_chart(chart);
  Picture picture(width, height, kPaper);
  const Field field = {static_cast<double>(kFieldLeft), static_cast<double>(width - kFieldRight),
                       static_cast<double>(kFieldTop), static_cast<double>(height - kFieldBottom)};
  draw_axes(picture, chart, field);
  for (const Curve& curve : chart.curves) {
    std::vector<Point> points;
    const auto last = static_cast<double>(curve.values.size() - 1);
    for (size_t i = 0; i < curve.values.size(); ++i)
      points.push_back(field.at(static_cast<double>(i) / last, height_of(chart, curve.values[i])));
    draw_line(picture, points, {parse_colour(curve.colour), curve.width, curve.dashed});
  }
  return picture;
}

Picture bars_picture(const std::vector<double>& values, double most, Colour colour, int64_t width,
                     int64_t height) {
  Picture picture(width, height, kPaper);
  const int64_t middle = height / 2, count = std::ssize(values);
  picture.fill(0, middle, width, 1, kGrid);
  for (int64_t i = 0; i < count; ++i) {
    const double share = most > 0 ? values[static_cast<size_t>(i)] / most : 0;
    const int64_t size = std::lround(std::abs(share) * static_cast<double>(middle - 1));
    const int64_t left = i * width / count, right = (i + 1) * width / count;
    const int64_t gap = (right - left) / 6;
    picture.fill(left + gap, share > 0 ? middle - size : middle + 1, right - left - 2 * gap, size, colour);
  }
  return picture;
}

}  // namespace eca
