#include "core/base/text.hpp"
#include "experiments/common/format.hpp"
#include "experiments/stat/columns.hpp"
#include "experiments/stat/print.hpp"

namespace eca {

namespace {

std::string fixed(double value, int decimals) { return format("%.*f", decimals, value); }

std::string megabytes(int64_t values) {
  return fixed(static_cast<double>(values * kValueBytes) / (1024 * 1024), 2);
}

std::string bytes(int64_t values) { return with_commas(values * kValueBytes); }

// (1,H,W,C) as "C,H,W", the order of --input; (1,C) as "C".
std::string image_shape(const Shape& shape) {
  if (shape.rank() == 4) {
    return join({std::to_string(shape.dim(3)), std::to_string(shape.dim(1)), std::to_string(shape.dim(2))},
                ",");
  }
  return shape.rank() == 2 ? std::to_string(shape.dim(1)) : shape.str();
}

std::string percent(double part, double whole) { return fixed(whole > 0 ? 100 * part / whole : 0, 2) + "%"; }

std::string input_text(const Report& report) {
  return std::to_string(report.channels) + "," + std::to_string(report.height) + "," +
         std::to_string(report.width);
}

std::vector<std::string> columns_of(const Row& row, double seconds) {
  const auto& [op, cost] = row;
  return {op.module,
          image_shape(op.x()),
          image_shape(op.output),
          with_commas(op.parameters),
          megabytes(op.output.numel()),
          with_commas(cost.madd),
          with_commas(cost.flops),
          bytes(cost.read),
          bytes(cost.write),
          percent(op.seconds, seconds),
          bytes(cost.read + cost.write)};
}

std::vector<std::string> columns_of(const Total& total, double seconds) {
  return {"total",
          "",
          "",
          with_commas(total.parameters),
          megabytes(total.output_values),
          with_commas(total.cost.madd),
          with_commas(total.cost.flops),
          bytes(total.cost.read),
          bytes(total.cost.write),
          percent(total.seconds, seconds),
          bytes(total.cost.read + total.cost.write)};
}

std::string counted(const char* what, int64_t value, QuantityFormat format) {
  return std::string(what) + with_commas(value) + "  (" + quantity(value, format) + ")\n";
}

}  // namespace

std::string report_table(const Report& report, QuantityFormat format) {
  std::vector<std::vector<std::string>> rows = {{"module", "input C,H,W", "output C,H,W", "params",
                                                 "memory(MB)", "MAdd", "Flops", "MemRead(B)", "MemWrite(B)",
                                                 "duration", "MemR+W(B)"}};
  for (const Row& row : report.rows) rows.push_back(columns_of(row, report.pass_seconds));
  rows.push_back(columns_of(report.total, report.pass_seconds));

  const Total& total = report.total;
  std::string text = report.title + ", one image " + input_text(report) + ", rules " + report.rules->name +
                     ": " + report.rules->description + "\n\n" + in_columns(rows) + "\n";
  text += counted("parameters    ", total.parameters, format);
  text += counted("MACs          ", total.macs, format);
  text += counted("MAdd          ", total.cost.madd, format);
  text += counted("Flops         ", total.cost.flops, format);
  text += "activations   " + megabytes(total.output_values) + " MB written, " + megabytes(total.kept_values) +
          " MB kept for a backward pass in training\n";
  text += "time          " + fixed(1000 * total.seconds, 2) + " ms\n";
  if (!report.not_counted.empty()) {
    text += "not counted by these rules: " + join(report.not_counted, ", ") + "\n";
  }
  return text;
}

std::string comparison_table(const std::vector<Report>& reports, QuantityFormat format) {
  std::vector<std::vector<std::string>> rows = {
      {"network", "params", "", "MACs", "", "Flops", "", "MAdd", "MemR+W(MB)", "kept(MB)", "time(ms)"}};
  for (const Report& report : reports) {
    const Total& total = report.total;
    rows.push_back({report.title, with_commas(total.parameters), quantity(total.parameters, format),
                    with_commas(total.macs), quantity(total.macs, format), with_commas(total.cost.flops),
                    quantity(total.cost.flops, format), with_commas(total.cost.madd),
                    megabytes(total.cost.read + total.cost.write), megabytes(total.kept_values),
                    fixed(1000 * total.seconds, 2)});
  }
  const Rules& rules = *reports.front().rules;
  return "one image, rules " + rules.name + ": " + rules.description + "\n\n" + in_columns(rows);
}

}  // namespace eca
