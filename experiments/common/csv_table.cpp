#include "experiments/common/csv_table.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/format.hpp"

namespace eca {

CsvTable::CsvTable(const std::string& csv) {
  for (const std::string& line : split(csv, '\n')) {
    if (line.empty()) continue;
    lines_.push_back(split(line, ','));
    if (lines_.back().size() == lines_.front().size()) continue;
    throw Error(format("line %zu has %zu columns, expected %zu as in the first", lines_.size(),
                       lines_.back().size(), lines_.front().size()));
  }
}

const std::string& CsvTable::text(size_t row, const std::string& column) const {
  const std::vector<std::string>& names = lines_.at(0);
  const auto place = std::find(names.begin(), names.end(), column);
  if (place == names.end()) throw Error("no column \"" + column + "\"");
  return lines_[row + 1][static_cast<size_t>(place - names.begin())];
}

double CsvTable::number(size_t row, const std::string& column) const {
  if (const auto value = finite_number(text(row, column))) return *value;
  throw Error(format("line %zu: %s = \"%s\", expected a finite number", row + 2, column.c_str(),
                     text(row, column).c_str()));
}

}  // namespace eca
