// Tables that this program has written: metrics.csv of a run, report.csv of an ablation.
#pragma once

#include <string>
#include <vector>

namespace eca {

// Its first line names the columns. Empty lines are passed over.
class CsvTable {
 public:
  // Throws Error naming the first line that has another number of columns than the first.
  explicit CsvTable(const std::string& csv);

  size_t size() const { return lines_.empty() ? 0 : lines_.size() - 1; }      // rows
  const std::vector<std::string>& columns() const { return lines_.front(); }  // of a table that has a row

  // Throw Error where there is no such column; number() naming the line where there is no finite number.
  const std::string& text(size_t row, const std::string& column) const;
  double number(size_t row, const std::string& column) const;

 private:
  std::vector<std::vector<std::string>> lines_;
};

}  // namespace eca
