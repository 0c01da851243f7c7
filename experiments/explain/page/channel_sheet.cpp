#include "experiments/explain/page/channel_sheet.hpp"

#include <algorithm>

#include "experiments/drawing/chart_picture.hpp"
#include "experiments/drawing/layout.hpp"
#include "experiments/drawing/line.hpp"
#include "experiments/explain/page/charts.hpp"
#include "experiments/explain/page/feature_maps.hpp"
#include "experiments/explain/page/matrix_picture.hpp"

namespace eca {

namespace {

constexpr int64_t kSheetWidth = 1216, kSpace = 14, kChartColumns = 3, kMatrix = 128, kBars = 40,
                  kMatrixColumns = 9;
constexpr int64_t kGateChart = (kSheetWidth - (kChartColumns - 1) * kSpace) / kChartColumns;
constexpr int64_t kMatrixGap = 8, kMatrixCell = kMatrix;

// With room above.
Picture title_picture(const std::string& text) {
  const Picture title = text_picture(text, kSheetWidth, kInk, 3);
  Picture picture(title.width(), title.height() + kSpace, kPaper);
  picture.paste(title, 0, kSpace);
  return picture;
}
Picture note_picture(const std::string& text) { return text_picture(text, kSheetWidth, kPaleInk); }

void add_features(std::vector<Picture>& parts, const Explanation& report) {
  const auto blocks =
      std::ranges::count_if(report.models, [](const ModelReport& model) { return model.block.has_value(); });
  std::vector<Picture> cells;
  for (const ModelReport& model : report.models) {
    if (!model.block) continue;
    const Picture maps = feature_map_picture(*model.block, blocks > 1 ? 8 : 16);
    cells.push_back(
        stacked({text_picture(model.network + ", " + model.block->module, maps.width()), maps}, 0));
  }
  if (cells.empty()) return;
  parts.push_back(title_picture("Channels before and after attention"));
  parts.push_back(
      note_picture("number, gate, map before, map after; red is above 0, blue below, on one scale"));
  parts.push_back(tiled(cells, 2, 0));
}

// "Sneaker  Bag  all images", each behind a piece of its line.
Picture key_picture(const Explanation& report) {
  std::vector<std::pair<std::string, Colour>> entries;
  for (size_t i = 0; i < report.gate_classes.size(); ++i)
    entries.emplace_back(report.class_name(report.gate_classes[i]), parse_colour(curve_colour(i)));
  entries.emplace_back("all images", kInk);
  std::vector<Picture> cells;
  for (const auto& [name, colour] : entries) {
    const Picture label = text_picture(name, kGateChart);
    Picture entry(30 + label.width(), label.height(), kPaper);
    entry.fill(0, label.height() / 2 - 3, 22, 3, colour);
    entry.paste(label, 30, 0);
    cells.push_back(entry);
  }
  const auto widest = std::ranges::max_element(cells, {}, &Picture::width);
  return tiled(cells, std::max<int64_t>(1, kSheetWidth / (widest->width() + 2 * kSpace)), 2 * kSpace);
}

void add_gates_of_blocks(std::vector<Picture>& parts, const Explanation& report, size_t first) {
  for (const ModelReport& model : report.models) {
    std::vector<Picture> row;
    for (size_t b = first; b < std::min(model.gates.size(), first + kChartColumns); ++b) {
      if (model.gates[b].table.channels > 1)
        row.push_back(chart_picture(gate_chart(report, model, model.gates[b]), kGateChart, 210));
    }
    if (!row.empty()) parts.push_back(tiled(row, kChartColumns, kSpace));
  }
}

void add_gates(std::vector<Picture>& parts, const Explanation& report) {
  parts.push_back(title_picture("Mean gate of every channel, by class"));
  parts.push_back(key_picture(report));
  size_t blocks = 0;
  for (const ModelReport& model : report.models) blocks = std::max(blocks, model.gates.size());
  for (size_t first = 0; first < blocks; first += kChartColumns) add_gates_of_blocks(parts, report, first);
}

Picture matrix_cell(const BlockGates& block, double most) {
  const GateMatrix& matrix = *block.matrix;
  std::vector<Picture> parts = {fitted(matrix_picture(matrix), kMatrix),
                                text_picture(block.table.module, kMatrixCell),
                                text_picture(structure(matrix), kMatrixCell, kPaleInk)};
  if (!matrix.kernel.empty())
    parts.push_back(bars_picture(matrix.kernel, most, parse_colour(curve_colour(0)), kMatrix, kBars));
  return stacked(parts, 4);
}

void add_matrices(std::vector<Picture>& parts, const Explanation& report) {
  bool begun = false;
  for (const ModelReport& model : report.models) {
    std::vector<Picture> cells;
    for (const BlockGates& block : model.gates) {
      if (block.matrix) cells.push_back(matrix_cell(block, largest_weight(model)));
    }
    if (cells.empty()) continue;
    if (!begun) {
      parts.push_back(title_picture("From means to gates: gate = sigmoid(W mean)"));
      parts.push_back(
          note_picture("rows: channels that are gated, columns: those they look at; bars: ECA's kernel"));
      begun = true;
    }
    parts.push_back(text_picture(model.network, kSheetWidth));
    parts.push_back(tiled(cells, kMatrixColumns, kMatrixGap));
  }
}

}  // namespace

std::optional<Picture> channel_sheet(const Explanation& report) {
  std::vector<Picture> parts;
  add_features(parts, report);
  if (report.has_gates()) {
    add_gates(parts, report);
    add_matrices(parts, report);
  }
  if (parts.empty()) return std::nullopt;
  return with_margin(stacked(parts, kSpace), kSpace);
}

}  // namespace eca
