#include "experiments/ablation/scatter_plot.hpp"

#include <algorithm>

#include "experiments/common/format.hpp"
#include "experiments/common/gnuplot.hpp"

namespace eca {

namespace {

// Pixels.
constexpr int kLeft = 75, kPlotWidth = 560, kTop = 45, kBottom = 60, kPlotHeight = 400;
constexpr int kLineWidth = 40;  // between plot and names, crossed by the thin lines
constexpr int kNameHeight = 20, kLetterWidth = 8;
constexpr int kPointDistance = 11;

// Dark enough for letters, and told apart by colour-blind eyes together with the shapes.
constexpr const char* kColours[] = {"#4477aa", "#cc3311", "#228833", "#aa3377", "#997700", "#009988"};
constexpr int kShapes[] = {7, 5, 9, 13, 11};  // filled: disc, square, triangle, diamond, triangle downwards

std::string colour(size_t i) { return kColours[i % std::size(kColours)]; }
int shape(size_t i) { return kShapes[(i + i / std::size(kColours)) % std::size(kShapes)]; }

std::string name_text(const ScatterPoint& point) { return format("%s  %.2f", point.name.c_str(), point.y); }

struct Layout {
  int width, height, plot_height;
  double screen_x(double pixels) const { return pixels / width; }
  double screen_y(double pixels) const { return pixels / height; }
};

Layout layout_of(const std::vector<ScatterPoint>& points) {
  size_t longest = 0;
  for (const ScatterPoint& point : points) longest = std::max(longest, name_text(point).size());
  Layout layout{};
  layout.plot_height = std::max(kPlotHeight, kNameHeight * static_cast<int>(points.size()));
  layout.width = kLeft + kPlotWidth + kLineWidth + kLetterWidth * static_cast<int>(longest) + 15;
  layout.height = kTop + layout.plot_height + kBottom;
  return layout;
}

std::string ticks_text(const std::vector<Tick>& ticks) {
  std::string text;
  for (const Tick& tick : ticks) {
    text += (text.empty() ? "" : ", ") + gnuplot_text(tick.text) + format(" %.5f", tick.place);
  }
  return "(" + text + ")";
}

// Two strokes across the axis, where it goes from zero to its first value.
std::string break_mark(const Axis& axis) {
  std::string text;
  if (!axis.logarithmic || !axis.with_zero) return text;
  for (const double x : {Axis::gap - 0.006, Axis::gap + 0.006}) {
    text += format("set arrow from graph %.5f, graph -0.015 to graph %.5f, graph 0.015 nohead lw 1.5 front\n",
                   x - 0.005, x + 0.005);
  }
  return text;
}

std::vector<double> places_of(const ScatterPlot& plot) {
  std::vector<double> wanted;
  for (const ScatterPoint& point : plot.points) wanted.push_back(plot.x.place(point.x) * kPlotWidth);
  std::vector<double> places = spread_out(wanted, kPointDistance, 0, kPlotWidth);
  for (double& place : places) place /= kPlotWidth;
  return places;
}

std::vector<double> name_places(const ScatterPlot& plot, const Layout& layout) {
  std::vector<double> wanted;
  for (const ScatterPoint& point : plot.points) {
    wanted.push_back(plot.y.place(point.y) * layout.plot_height + kBottom);
  }
  return spread_out(wanted, kNameHeight, kBottom + kNameHeight / 2.0,
                    kBottom + layout.plot_height - kNameHeight / 2.0);
}

}  // namespace

std::string scatter_script(const ScatterPlot& plot, const std::string& png) {
  const Layout layout = layout_of(plot.points);
  const std::vector<double> x = places_of(plot), names = name_places(plot, layout);
  std::string script = gnuplot_header(png, layout.width, layout.height);
  script += format("set lmargin at screen %.5f\nset rmargin at screen %.5f\n", layout.screen_x(kLeft),
                   layout.screen_x(kLeft + kPlotWidth));
  script += format("set bmargin at screen %.5f\nset tmargin at screen %.5f\n", layout.screen_y(kBottom),
                   layout.screen_y(kBottom + layout.plot_height));
  script += "set xrange [0:1]\nset yrange [0:1]\nset grid\nunset key\n";
  script += "set xtics " + ticks_text(plot.x.ticks) + "\nset ytics " + ticks_text(plot.y.ticks) + "\n";
  script += "set title " + gnuplot_text(plot.title) + "\nset xlabel " + gnuplot_text(plot.x_label) +
            "\nset ylabel " + gnuplot_text(plot.y_label) + "\n" + break_mark(plot.x);
  std::string data = "$points << EOD\n", draw;
  for (size_t i = 0; i < plot.points.size(); ++i) {
    const ScatterPoint& point = plot.points[i];
    const double y = plot.y.place(point.y), name_y = layout.screen_y(names[i]);
    const double line_end = layout.screen_x(kLeft + kPlotWidth + kLineWidth - 5);
    script += format(
        "set arrow from first %.5f, first %.5f to screen %.5f, screen %.5f nohead back lc rgb "
        "'#bbbbbb'\n",
        x[i], y, line_end, name_y);
    script += "set label " + gnuplot_text(name_text(point)) +
              format(" at screen %.5f, screen %.5f left textcolor rgb '%s'\n",
                     layout.screen_x(kLeft + kPlotWidth + kLineWidth), name_y, colour(i).c_str());
    const double moved = x[i] - plot.x.place(point.x);  // the bar moves with its point
    data += format("%.5f %.5f %.5f %.5f %.5f %.5f\n", x[i], y, plot.x.place(point.x_low) + moved,
                   plot.x.place(point.x_high) + moved, plot.y.place(point.y_low), plot.y.place(point.y_high));
    const std::string at = format("$points every ::%zu::%zu using ", i, i);
    const std::string style = format(" pt %d ps 1.2 lw 2 lc rgb '%s'", shape(i), colour(i).c_str());
    draw += (i == 0 ? "plot " : ", ") + at + "1:2:3:4 with xerrorbars" +
            format(" pt 0 lw 1 lc rgb '%s', ", colour(i).c_str()) + at + "1:2:5:6 with yerrorbars" + style;
  }
  return script + data + "EOD\n" + draw + "\n";
}

}  // namespace eca
