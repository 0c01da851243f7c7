#include "experiments/watch/watch_page.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/common/format.hpp"
#include "experiments/watch/text_chart.hpp"

namespace eca {

namespace {

// Numbers of the epochs, where there is one; of(row) is NaN elsewhere.
template <class Number>
TextCurve curve_of(const std::string& name, const WatchedRun& run, size_t ink, Number of) {
  TextCurve curve = {.name = name, .points = {}, .ink = ink};
  for (const WatchedRow& row : run.rows) {
    if (std::isfinite(of(row))) curve.points.push_back({static_cast<double>(row.epoch), of(row)});
  }
  return curve;
}

double train_loss(const WatchedRow& row) { return row.train_loss; }
double test_loss(const WatchedRow& row) { return row.test_loss; }

// The epoch under way, of which a part is done.
void add_live_point(TextCurve& curve, const WatchedRun& run, double value) {
  if (!run.progress || run.progress->batch == 0) return;
  const LiveProgress& p = *run.progress;
  curve.points.push_back(
      {static_cast<double>(p.epoch - 1) + static_cast<double>(p.batch) / static_cast<double>(p.batches),
       value});
}

TextChart score_chart(const WatchedScore& score, const std::string& title) {
  return {.title = title, .curves = {}, .most = score.most, .pattern = score.pattern};
}

std::vector<TextChart> charts_of(const WatchedRun& run) {
  TextChart loss = {.title = "loss", .curves = {curve_of("train", run, 0, train_loss)}};
  if (!run.detector) loss.curves.push_back(curve_of("test", run, 1, test_loss));
  TextChart scores = score_chart(run.score, run.score.chart);
  for (size_t i = 0; i < run.score.curves.size(); ++i) {
    scores.curves.push_back(
        curve_of(run.score.curves[i], run, i, [i](const WatchedRow& row) { return row.scores[i]; }));
  }
  if (run.progress) add_live_point(loss.curves[0], run, run.progress->loss);
  if (run.progress && run.progress->accuracy) add_live_point(scores.curves[0], run, *run.progress->accuracy);
  return {loss, scores};
}

// Detectors are compared by their boxes, which all of them have, and by the loss of training, the only one that is measured.
std::vector<TextChart> charts_of(const std::vector<WatchedRun>& runs) {
  if (runs.size() == 1) return charts_of(runs[0]);
  const bool detectors = runs[0].detector;
  TextChart loss = {.title = detectors ? "train loss" : "test loss", .curves = {}};
  TextChart scores = score_chart(runs[0].score, detectors ? "box AP" : "test accuracy, %");
  for (size_t i = 0; i < runs.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    loss.curves.push_back(curve_of(number, runs[i], i, detectors ? train_loss : test_loss));
    scores.curves.push_back(curve_of(number, runs[i], i, [detectors](const WatchedRow& row) {
      return detectors ? row.scores.front() : row.score();
    }));
  }
  return {loss, scores};
}

std::string bar(double share, int columns, bool ascii) {
  const auto full = static_cast<int>(std::lround(share * columns));
  std::string text;
  for (int i = 0; i < columns; ++i) text += i < full ? (ascii ? "#" : "█") : (ascii ? "." : "░");
  return text;
}

// Name and state of each run; returns how many rows they took.
int draw_head(TextScreen& screen, const std::vector<WatchedRun>& runs, const PageForm& form) {
  int row = 0;
  for (size_t i = 0; i < runs.size(); ++i) {
    const WatchedRun& run = runs[i];
    const std::string number = runs.size() > 1 ? std::to_string(i + 1) + " " : "";
    screen.put(0, row++, shortened_to(number + run.folder + "   " + run.title, form.columns),
               runs.size() > 1 ? curve_ink(i) : kPlainInk);
    const std::string state = state_text(run);
    screen.put(0, row, shortened_to(state, form.columns));
    const int room = form.columns - length_of(state) - 8;
    if (run.phase == RunPhase::trains && run.progress && room >= 5)
      screen.put(
          length_of(state) + 2, row,
          bar(share_done(run), std::min(room, 30), form.ascii) + format(" %.0f %%", 100 * share_done(run)));
    ++row;
  }
  return row;
}

}  // namespace

TextScreen watch_page(const std::vector<WatchedRun>& runs, const PageForm& form) {
  constexpr int kWide = 100, kGap = 3, kLeastRows = 6;
  TextScreen screen(form.columns, form.rows);
  const int top = draw_head(screen, runs, form) + 1, rows = form.rows - top;
  const std::vector<TextChart> charts = charts_of(runs);
  const TextChart &loss = charts[0], &scores = charts[1];
  if (form.columns >= kWide) {
    const int half = (form.columns - kGap) / 2;
    draw_chart(screen, loss, {0, top, half, rows}, form.ascii);
    draw_chart(screen, scores, {half + kGap, top, half, rows}, form.ascii);
  } else if (rows >= 2 * kLeastRows) {
    draw_chart(screen, loss, {0, top, form.columns, rows / 2}, form.ascii);
    draw_chart(screen, scores, {0, top + rows / 2, form.columns, rows - rows / 2}, form.ascii);
  } else {
    draw_chart(screen, scores, {0, top, form.columns, rows}, form.ascii);
  }
  return screen;
}

}  // namespace eca
