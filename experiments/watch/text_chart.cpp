#include "experiments/watch/text_chart.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/axis.hpp"
#include "experiments/common/format.hpp"
#include "experiments/watch/dot_canvas.hpp"

namespace eca {

namespace {

struct Range {
  double low, high;
};

// Where the curves lie, and how the chart's area is cut.
struct Plot {
  Axis axis;           // vertical
  Range x;             // horizontal
  ScreenArea letters;  // of the canvas
  bool ascii;

  double row_of(double y) const { return (1 - axis.place(y)) * (letters.rows - 1); }
};

std::vector<double> heights_of(const std::vector<TextCurve>& curves) {
  std::vector<double> all;
  for (const TextCurve& curve : curves) {
    for (const TextPoint& point : curve.points) all.push_back(point.y);
  }
  return all;
}

// From the first point to the last; around a single one.
Range range_of_x(const std::vector<TextCurve>& curves) {
  Range range = {INFINITY, -INFINITY};
  for (const TextCurve& curve : curves) {
    if (curve.points.empty()) continue;
    range.low = std::min(range.low, curve.points.front().x);
    range.high = std::max(range.high, curve.points.back().x);
  }
  if (range.high - range.low > 1e-9) return range;
  if (range.low == std::round(range.low)) return {range.low - 0.5, range.high + 0.5};
  return {std::floor(range.low), std::ceil(range.high)};
}

std::string end_label(const TextChart& chart, const TextCurve& curve) {
  return curve.points.empty() ? "" : curve.name + " " + format(chart.pattern, curve.points.back().y);
}

// Each beside the last value of its curve, or as near as there is room.
void draw_end_labels(TextScreen& screen, const TextChart& chart, const Plot& plot) {
  std::vector<std::string> labels;
  std::vector<double> wanted;
  std::vector<Ink> inks;
  for (const TextCurve& curve : chart.curves) {
    if (curve.points.empty()) continue;
    labels.push_back(end_label(chart, curve));
    inks.push_back(curve_ink(curve.ink));
    wanted.push_back(plot.row_of(curve.points.back().y));
  }
  const std::vector<double> rows = spread_out(wanted, 1, 0, plot.letters.rows - 1);
  for (size_t i = 0; i < labels.size(); ++i) {
    const auto row = static_cast<int>(std::lround(rows[i]));
    if (row < plot.letters.rows)
      screen.put(plot.letters.column + plot.letters.columns + 1, plot.letters.row + row, labels[i], inks[i]);
  }
}

int row_of(const Tick& tick, int rows) {
  return static_cast<int>(std::lround((1 - tick.place) * (rows - 1)));
}

// So that a row lies between two of them: every tick, or every second, and so on.
size_t ticks_apart(const std::vector<Tick>& ticks, int rows) {
  size_t every = 1;
  for (; every < ticks.size(); ++every) {
    if (row_of(ticks[0], rows) - row_of(ticks[every], rows) >= 2) break;
  }
  return every;
}

void draw_vertical_axis(TextScreen& screen, const Plot& plot) {
  const ScreenArea& a = plot.letters;
  for (int row = 0; row < a.rows; ++row)
    screen.put(a.column - 1, a.row + row, plot.ascii ? "|" : "│", kFaintInk);
  const std::vector<Tick>& ticks = plot.axis.ticks;
  const size_t every = ticks_apart(ticks, a.rows);
  for (size_t i = 0; i < ticks.size(); i += every) {
    const Tick& tick = ticks[i];
    const int row = row_of(tick, a.rows);
    screen.put(a.column - 1 - length_of(tick.text), a.row + row, tick.text, kFaintInk);
    screen.put(a.column - 1, a.row + row, plot.ascii ? "+" : "┤", kFaintInk);
  }
}

// Whole numbers, as many as have room: 1, 2 or 5 times a power of ten from one to the next.
void draw_horizontal_axis(TextScreen& screen, const Plot& plot) {
  const ScreenArea& a = plot.letters;
  const auto width = static_cast<int64_t>(format("%.0f", plot.x.high).size()) + 3;
  int64_t step = 1;
  for (int i = 0; (plot.x.high - plot.x.low) / static_cast<double>(step) * static_cast<double>(width) >
                  static_cast<double>(a.columns);
       ++i)
    step = i % 3 == 1 ? step / 2 * 5 : step * 2;
  const auto first = static_cast<int64_t>(std::ceil(plot.x.low / static_cast<double>(step))) * step;
  for (int64_t x = first; static_cast<double>(x) <= plot.x.high; x += step) {
    const std::string text = std::to_string(x);
    const double place = (static_cast<double>(x) - plot.x.low) / (plot.x.high - plot.x.low);
    const auto middle = static_cast<int>(std::lround(place * (a.columns - 1)));
    const int left = middle - length_of(text) / 2;
    screen.put(a.column + left, a.row + a.rows, text, kFaintInk);
  }
}

void draw_curves(TextScreen& screen, const std::vector<TextCurve>& curves, const Plot& plot) {
  DotCanvas canvas(plot.letters.columns, plot.letters.rows, plot.ascii);
  const auto across = [&](double x) {
    return static_cast<int>(
        std::lround((x - plot.x.low) / (plot.x.high - plot.x.low) * (canvas.width() - 1)));
  };
  const auto down = [&](double y) {
    return static_cast<int>(std::lround((1 - plot.axis.place(y)) * (canvas.height() - 1)));
  };
  for (const TextCurve& curve : curves) {
    for (size_t i = 0; i < curve.points.size(); ++i) {
      const TextPoint &from = curve.points[i == 0 ? 0 : i - 1], &to = curve.points[i];
      canvas.line(across(from.x), down(from.y), across(to.x), down(to.y), curve.ink);
    }
  }
  canvas.draw(screen, plot.letters.column, plot.letters.row);
}

}  // namespace

void draw_chart(TextScreen& screen, const TextChart& chart, const ScreenArea& area, bool ascii) {
  if (area.rows < 4 || area.columns < 20) return;
  screen.put(area.column, area.row, shortened_to(chart.title, area.columns));
  const std::vector<double> heights = heights_of(chart.curves);
  if (heights.empty()) {
    screen.put(area.column, area.row + 1, shortened_to("nothing yet: a point an epoch", area.columns),
               kFaintInk);
    return;
  }
  Plot plot = {.axis = linear_axis(heights, chart.least, chart.most),
               .x = range_of_x(chart.curves),
               .letters = {},
               .ascii = ascii};
  int left = 0, right = 0;
  for (const Tick& tick : plot.axis.ticks) left = std::max(left, length_of(tick.text));
  for (const TextCurve& curve : chart.curves) right = std::max(right, length_of(end_label(chart, curve)));
  plot.letters = {area.column + left + 1, area.row + 1, std::max(4, area.columns - left - right - 3),
                  area.rows - 2};
  draw_vertical_axis(screen, plot);
  draw_horizontal_axis(screen, plot);
  draw_curves(screen, chart.curves, plot);
  draw_end_labels(screen, chart, plot);
}

}  // namespace eca
