#include <nlohmann/json.hpp>

#include "experiments/stat/print.hpp"

namespace eca {

using Json = nlohmann::ordered_json;

static Json of(const Row& row) {
  const auto& [op, cost] = row;
  return {{"module", op.module},
          {"op", op.kind},
          {"input", op.x().extents()},
          {"output", op.output.extents()},
          {"params", op.parameters},
          {"memory_bytes", op.output.numel() * kValueBytes},
          {"macs", macs(op)},
          {"madd", cost.madd},
          {"flops", cost.flops},
          {"mem_read_bytes", cost.read * kValueBytes},
          {"mem_write_bytes", cost.write * kValueBytes},
          {"seconds", op.seconds}};
}

static Json of(const Total& total, QuantityFormat format) {
  return {{"params", total.parameters},
          {"macs", total.macs},
          {"madd", total.cost.madd},
          {"flops", total.cost.flops},
          {"mem_read_bytes", total.cost.read * kValueBytes},
          {"mem_write_bytes", total.cost.write * kValueBytes},
          {"memory_bytes", total.output_values * kValueBytes},
          {"kept_bytes", total.kept_values * kValueBytes},
          {"seconds", total.seconds},
          {"printed",
           {{"params", quantity(total.parameters, format)},
            {"macs", quantity(total.macs, format)},
            {"flops", quantity(total.cost.flops, format)}}}};
}

static Json of(const Report& report, QuantityFormat format) {
  return {{"model", report.title},
          {"rules", report.rules->name},
          {"input", {report.channels, report.height, report.width}},
          {"axes", "input C,H,W; in rows N,H,W,C"},
          {"not_counted", report.not_counted},
          {"total", of(report.total, format)}};
}

std::string report_json(const Report& report, QuantityFormat format) {
  Json json = of(report, format);
  json["rows"] = Json::array();
  for (const Row& row : report.rows) json["rows"].push_back(of(row));
  return json.dump(2) + "\n";
}

std::string comparison_json(const std::vector<Report>& reports, QuantityFormat format) {
  Json json = Json::array();
  for (const Report& report : reports) json.push_back(of(report, format));
  return json.dump(2) + "\n";
}

}  // namespace eca
