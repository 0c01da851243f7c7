#include "experiments/explain/page/contact_sheet.hpp"

#include <algorithm>

#include "experiments/common/format.hpp"
#include "experiments/drawing/heat_map.hpp"
#include "experiments/drawing/layout.hpp"
#include "experiments/drawing/text.hpp"
#include "experiments/explain/page/removal_sheet.hpp"

namespace eca {

namespace {

constexpr int64_t kCell = 140, kGap = 12, kMargin = 16, kLine = 26, kColumns = 8;
constexpr Colour kWrong = {190, 30, 45};

struct Row {
  size_t model, method;
};

std::vector<Row> rows_of(const Explanation& report) {
  std::vector<Row> rows;
  for (size_t r = 0; r < report.models.size(); ++r) {
    for (size_t m = 0; m < report.models[r].methods.size(); ++m) rows.push_back({r, m});
  }
  return rows;
}

int64_t left_of(size_t column) { return kMargin + static_cast<int64_t>(column) * (kCell + kGap); }

void centred(Picture& sheet, size_t column, int64_t y, const std::string& text, Colour colour) {
  const std::string fitting = shortened(text, kCell + kGap - 4);
  draw_text(sheet, left_of(column) + (kCell - text_width(fitting)) / 2, y, fitting, colour);
}

void paste_cell(Picture& sheet, size_t column, int64_t y, const Picture& picture) {
  const Picture cell = fitted(picture, kCell);
  sheet.paste(cell, left_of(column) + (kCell - cell.width()) / 2, y + (kCell - cell.height()) / 2);
}

// The images first .. first+count-1 with all their maps; returns where the next band begins.
int64_t draw_band(Picture& sheet, const Explanation& report, size_t first, size_t count, int64_t y) {
  for (size_t i = 0; i < count; ++i) {
    const ExplainedImage& subject = report.subjects[first + i];
    paste_cell(sheet, i, y, subject.shown);
    centred(sheet, i, y + kCell + 6, subject.label.empty() ? subject.name : subject.label, kInk);
  }
  y += kCell + kLine + kGap;
  for (const Row& row : rows_of(report)) {
    draw_text(sheet, kMargin, y + 6, row_title(report, row.model, row.method), kInk);
    y += kLine;
    for (size_t i = 0; i < count; ++i) {
      paste_cell(sheet, i, y, map_picture(report, row.model, row.method, first + i));
      const Answer& answer = report.models[row.model].answers[first + i];
      const Colour colour = is_right(report, row.model, first + i) ? kInk : kWrong;
      centred(sheet, i, y + kCell + 6, report.class_name(answer.explained), colour);
      centred(sheet, i, y + kCell + 28, format("%.1f %%", 100 * answer.explained_probability), colour);
    }
    y += kCell + 2 * kLine + kGap;
  }
  return y + kGap;
}

std::string scale_text(const Explanation& report) {
  return report.models.size() > 1 ? "0 to the largest value of an image's maps of one method, over all models"
                                  : "0 to the largest value of each map";
}

void draw_scale(Picture& sheet, const Explanation& report, int64_t y) {
  constexpr int64_t kScale = 160;
  sheet.paste(heat_scale(kScale, 14), kMargin, y);
  draw_text(sheet, kMargin + kScale + 12, y,
            shortened(scale_text(report), sheet.width() - kScale - 2 * kMargin - 12), kInk);
}

}  // namespace

static Picture map_sheet(const Explanation& report) {
  const auto images = static_cast<int64_t>(report.subjects.size());
  const int64_t columns = std::max<int64_t>(3, std::min(images, kColumns)),
                bands = (images + kColumns - 1) / kColumns;
  const auto rows = static_cast<int64_t>(rows_of(report).size());
  const int64_t band = kCell + kLine + kGap + rows * (kCell + 3 * kLine + kGap) + kGap;
  Picture sheet(2 * kMargin + columns * (kCell + kGap) - kGap, kMargin + bands * band + 14 + kMargin, kPaper);
  int64_t y = kMargin;
  for (int64_t first = 0; first < images; first += kColumns)
    y = draw_band(sheet, report, static_cast<size_t>(first),
                  static_cast<size_t>(std::min(kColumns, images - first)), y);
  draw_scale(sheet, report, y);
  return sheet;
}

Picture contact_sheet(const Explanation& report) {
  const Picture maps = map_sheet(report);
  const auto removal = removal_sheet(report, maps.width() - 2 * kMargin);
  return removal ? stacked({maps, with_margin(*removal, kMargin)}, 0) : maps;
}

Picture map_picture(const Explanation& report, size_t model, size_t method, size_t image) {
  const Map& map = report.models[model].answers[image].maps[method];
  const double most = report.models.size() > 1 ? shared_most(report, method, image) : largest_above_zero(map);
  return heat_over(report.subjects[image].shown, map.values, most);
}

bool is_right(const Explanation& report, size_t model, size_t image) {
  const std::string& label = report.subjects[image].label;
  return label.empty() || report.class_name(report.models[model].answers[image].explained) == label;
}

std::string row_title(const Explanation& report, size_t model, size_t method) {
  const ModelReport& one = report.models[model];
  const std::string what = std::string(title(one.methods[method])) + " of " + one.layer;
  return report.models.size() > 1 ? one.network + ", " + what : what;
}

}  // namespace eca
