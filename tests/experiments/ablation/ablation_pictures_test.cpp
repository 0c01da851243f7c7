#include "experiments/ablation/ablation_pictures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/gnuplot.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

namespace {

const std::string kReportHead = "arm,parameters,runs,mean,sd,low,high\n";

Ablation ablation_of(const std::string& arms) {
  return parse_ablation("model = resnet20\nseeds = 1 2\n" + arms, "a.txt");
}

const ScatterPoint& point_of(const ScatterPlot& plot, const std::string& name) {
  for (const ScatterPoint& point : plot.points) {
    if (point.name == name) return point;
  }
  throw Error("no point " + name);
}

// What a script draws, in pixels from the left lower corner.
struct Drawn {
  double width = 0, height = 0;
  struct Name {
    std::string text;
    double x, y;
  };
  std::vector<Name> names;
};

Drawn drawn_by(const std::string& script) {
  Drawn drawn;
  for (const std::string& line : split(script, '\n')) {
    char name[100];
    double x = 0, y = 0;
    if (std::sscanf(line.c_str(), "set terminal pngcairo size %lf,%lf", &x, &y) == 2) {
      drawn.width = x;
      drawn.height = y;
    }
    if (std::sscanf(line.c_str(), "set label '%99[^']' at screen %lf, screen %lf left", name, &x, &y) == 3) {
      drawn.names.push_back({name, x * drawn.width, y * drawn.height});
    }
  }
  return drawn;
}

std::string line_of(const std::string& script, const std::string& start) {
  for (const std::string& line : split(script, '\n')) {
    if (line.starts_with(start)) return line;
  }
  return "";
}

}  // namespace

TEST_CASE("names of arms never lie on each other, nor leave the picture", "[plots]") {
  const int count = GENERATE(1, 5, 12, 40);
  ScatterPlot plot = {.title = "t", .x_label = "x", .y_label = "y"};
  for (int i = 0; i < count; ++i) {  // all at one place
    plot.points.push_back({"arm_" + std::to_string(i), 27, 27, 27, 72.5, 71, 74});
  }
  plot.x = size_axis({0, 27, 2016});
  plot.y = linear_axis({71, 74}, 0, 100);
  const std::string script = scatter_script(plot, "p.png");
  Drawn drawn = drawn_by(script);
  REQUIRE(drawn.names.size() == static_cast<size_t>(count));
  std::sort(drawn.names.begin(), drawn.names.end(), [](const auto& a, const auto& b) { return a.y < b.y; });
  for (size_t i = 1; i < drawn.names.size(); ++i) {
    CHECK(drawn.names[i].y - drawn.names[i - 1].y > 18);  // letters of 10 points are 13 pixels high
  }
  for (const Drawn::Name& name : drawn.names) {
    CHECK(name.y > 10);
    CHECK(name.y < drawn.height - 10);
    CHECK(name.x + 7 * static_cast<double>(name.text.size()) < drawn.width);
  }
  // Bars stand side by side.
  std::vector<double> bars;
  bool data = false;
  for (const std::string& line : split(script, '\n')) {
    if (line == "EOD") data = false;
    if (data) bars.push_back(std::stod(line));
    if (line == "$points << EOD") data = true;
  }
  REQUIRE(bars.size() == static_cast<size_t>(count));
  for (size_t i = 1; i < bars.size(); ++i) CHECK(bars[i] - bars[i - 1] > 10.0 / 560);
}

TEST_CASE("accuracy against what attention adds", "[plots]") {
  const Ablation ablation =
      ablation_of("arm none:\narm eca: attention = eca\narm se: attention = se\narm late:\n");
  const std::string report = kReportHead +
                             "none,269722,2,72.32,1.18,69.38,75.26\neca,269749,2,72.51,0.33,-3,110\n"
                             "se,271738,1,71.68,,,\nlate,,0,,,,\n";
  const ScatterPlot plot = score_by_parameters(ablation, report);
  REQUIRE(plot.points.size() == 3);  // one has no run yet
  CHECK(point_of(plot, "none").x == 0);
  CHECK(point_of(plot, "eca").x == 27);
  CHECK(point_of(plot, "se").x == 2016);
  CHECK(point_of(plot, "none").y_low == 69.38);
  CHECK(point_of(plot, "eca").y_low == 0);  // no accuracy is beyond 0 to 100
  CHECK(point_of(plot, "eca").y_high == 100);
  CHECK(point_of(plot, "se").y_low == 71.68);  // one run has no interval
  CHECK(plot.x_label == "parameters that attention adds to the 269.7k of the plain network");
  const std::string script = scatter_script(plot, "it's.png");
  CHECK(line_of(script, "set xtics").starts_with("set xtics ('0' 0.05000, '20' 0.15"));
  CHECK_THAT(line_of(script, "set xtics"), contains("'2k' "));
  CHECK_THAT(script, contains("set output 'it''s.png'"));
  CHECK_THAT(script, contains("set label 'eca  72.51' at screen"));
}

TEST_CASE("arms of several networks stand by their own size", "[plots]") {
  const Ablation ablation = ablation_of("arm a:\narm b: model = resnet32\n");
  const ScatterPlot plot =
      score_by_parameters(ablation, kReportHead + "a,269722,2,72,1,71,73\nb,464154,2,73,1,72,74\n");
  CHECK(plot.x_label == "parameters of the network");
  CHECK(point_of(plot, "b").x == 464154);
  CHECK_THAT(line_of(scatter_script(plot, "p.png"), "set xtics"), contains("'300k'") && contains("'450k'"));
}

TEST_CASE("accuracy against time: the middle run, and how far the others lie from it", "[plots]") {
  const Ablation ablation = ablation_of("arm a:\narm b:\narm no_time:\n");
  const std::string report = kReportHead + "a,1,3,72,1,71,73\nb,1,2,73,1,72,74\nno_time,1,2,73,1,72,74\n";
  const std::string head = "arm,seed,threads,seconds,images_per_second\n";
  const ScatterPlot plot = score_by_time(
      ablation, report, head + "a,1,2,360,1\na,2,2,180,1\na,3,2,240,1\nb,1,2,300,1\nb,2,2,120,1\n");
  REQUIRE(plot.points.size() == 2);
  CHECK(point_of(plot, "a").x == 4);
  CHECK(point_of(plot, "a").x_low == 3);
  CHECK(point_of(plot, "a").x_high == 6);
  CHECK(point_of(plot, "b").x == 3.5);
  CHECK(plot.x_label == "minutes of a run, evaluation included, on 2 threads");
  CHECK(score_by_time(ablation, report, head + "a,1,1,9.5,1\nb,1,2,100,1\n").x_label ==
        "seconds of a run, evaluation included");
  CHECK_THAT(score_by_time(ablation, report, head + "a,1,1,40000,1\n").x_label,
             contains("hours of a run") && contains("on 1 thread"));
}

TEST_CASE("pictures: what is wrong with a table is said", "[plots]") {
  const Ablation ablation = ablation_of("arm a:\narm b:\n");
  const auto error_of = [&](const std::string& report) {
    return error_text<Error>([&] { score_by_parameters(ablation, report); });
  };
  CHECK_THAT(error_of("arm,mean\na,1\n"), contains("no column \"parameters\""));
  CHECK_THAT(error_of(kReportHead + "a,5\n"), contains("line 2 has 2 columns, expected 7"));
  CHECK_THAT(error_of(kReportHead + "a,269722,2,x,1,71,73\n"),
             contains("line 2: mean = \"x\", expected a finite"));
  CHECK_THAT(error_of(kReportHead + "z,269722,2,72,1,71,73\n"), contains("no arm \"z\""));

  const TempDir folder;
  write_file(folder.file("report.csv"), kReportHead);
  const std::string text = error_text<FileError>([&] { draw_pictures(ablation, folder.str()); });
  CHECK_THAT(text, contains("timing.csv") && contains("cannot read"));
  write_file(folder.file("timing.csv"), std::string("arm\na\n"));
  CHECK_THAT(error_text<FileError>([&] { draw_pictures(ablation, folder.str()); }),
             contains("timing.csv: ") && contains("no column"));
}

TEST_CASE("gnuplot draws the pictures", "[plots]") {
  if (!have_gnuplot()) return;
  const TempDir folder;
  const Ablation ablation = ablation_of("arm none:\narm eca: attention = eca\n");
  write_file(folder.file("report.csv"), kReportHead + "none,269722,2,72,1,71,73\neca,269749,1,73,,,\n");
  write_file(folder.file("timing.csv"), std::string("arm,seed,threads,seconds\nnone,1,1,200\neca,1,1,210\n"));
  CHECK(draw_pictures(ablation, folder.str()));
  CHECK(read_file(folder.file("accuracy_params.png")).starts_with("\x89PNG"));
  CHECK(read_file(folder.file("accuracy_time.png")).starts_with("\x89PNG"));
  write_file(folder.file("report.csv"), kReportHead + "none,,0,,,,\n");
  CHECK_FALSE(draw_pictures(ablation, folder.str()));  // no finished run
}

}  // namespace eca::test
