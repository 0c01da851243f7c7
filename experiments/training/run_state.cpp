#include "experiments/training/run_state.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <optional>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/csv_table.hpp"

namespace eca {

// Of the text of metrics.csv. Throws Error naming the line.
static std::vector<Metrics> metrics_of(const std::string& text) {
  const CsvTable table(text);
  std::vector<Metrics> rows(table.size());
  for (size_t r = 0; r < table.size(); ++r) {
    for (const std::string& column : table.columns()) {
      const std::string& word = table.text(r, column);
      const auto value = word == "nan" ? std::nan("") : finite_number(word);
      if (!value)
        throw Error("line " + std::to_string(r + 2) + ": " + column + " = \"" + word +
                    "\", expected a number");
      rows[r][column] = *value;
    }
  }
  return rows;
}

std::vector<Metrics> read_metrics(const RunDirectory& directory) {
  const std::string path = directory.file("metrics.csv");
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  try {
    return metrics_of(text.str());
  } catch (const Error& error) {
    throw FileError(path, error.what());
  }
}

static Metrics last_of(const std::vector<Metrics>& rows) { return rows.empty() ? Metrics{} : rows.back(); }

Metrics last_metrics(const RunDirectory& directory) { return last_of(read_metrics(directory)); }

Metrics last_metrics(const std::string& metrics) { return last_of(metrics_of(metrics)); }

std::vector<EpochRow> read_epochs(const RunDirectory& directory) {
  std::ifstream file(directory.file("metrics.csv"));
  std::vector<EpochRow> rows;
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    if (++number == 1 || line.empty()) continue;
    EpochRow row;
    long long epoch = 0, step = 0;
    if (std::sscanf(line.c_str(), "%lld,%lld,%lf,%lf,%lf,%lf,%lf,%lf", &epoch, &step, &row.lr,
                    &row.train_loss, &row.train_accuracy, &row.test_loss, &row.test_accuracy,
                    &row.seconds) != 8) {
      throw FileError(directory.file("metrics.csv"),
                      "line " + std::to_string(number) + ": \"" + line + "\", expected eight numbers");
    }
    row.epoch = epoch;
    row.step = step;
    rows.push_back(row);
  }
  return rows;
}

EpochRow read_last_epoch(const RunDirectory& directory) {
  const std::vector<EpochRow> rows = read_epochs(directory);
  return rows.empty() ? EpochRow{} : rows.back();
}

bool is_finished(const RunDirectory& directory) {
  return directory.holds_weights() && !last_metrics(directory).empty();
}

double part_done(const RunDirectory& directory, const RunConfig& config) {
  const Metrics last = last_metrics(directory);
  if (last.empty()) return 0;
  if (directory.holds_weights()) return 1;
  const double part = config.steps > 0 ? last.at("step") / static_cast<double>(config.steps)
                                       : last.at("epoch") / static_cast<double>(config.epochs);
  return std::min(part, 1.0);
}

}  // namespace eca
