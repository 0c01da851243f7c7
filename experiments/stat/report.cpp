#include "experiments/stat/report.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"

namespace eca {

namespace {

Observation observe_network(Module& network, const Subject& subject) {
  return observe(network, {1, subject.height, subject.width, subject.channels}, subject.passes,
                 subject.kept_values);
}

// Takes away what the plain network has too.
void keep_attention(Observation& seen, const Subject& subject) {
  const auto network = network_of(without_attention(subject));
  const Observation without = observe_network(*network, subject);
  std::set<std::string> known;
  for (const Operation& op : without.operations) known.insert(op.module);
  std::erase_if(seen.operations, [&](const Operation& op) { return known.contains(op.module); });
  seen.kept_values -= without.kept_values;
  if (seen.operations.empty())
    throw Error("stat: " + subject.text + " has no attention, which --attention-only asks for");
}

void count(Report& report) {
  std::set<std::string> not_counted, later;
  for (auto row = report.rows.rbegin(); row != report.rows.rend(); ++row) {
    row->cost = report.rules->cost(row->op);
    if (!row->cost.counted) not_counted.insert(row->op.kind);
    if (report.rules->last_call_only && !later.insert(row->op.module).second) row->cost = {};
  }
  report.not_counted.assign(not_counted.begin(), not_counted.end());
  for (const auto& [op, cost] : report.rows) {
    report.total.parameters += op.parameters;
    report.total.macs += macs(op);
    report.total.cost += cost;
    report.total.output_values += op.output.numel();
    report.total.seconds += op.seconds;
  }
}

}  // namespace

Report make_report(const Subject& given, const Rules& rules) {
  const Subject subject = with_default_input(given);
  return make_report(*network_of(subject), subject, rules);
}

Report make_report(Module& network, const Subject& subject, const Rules& rules) {
  Observation seen = observe_network(network, subject);
  Report report = {.title = (subject.block ? "block " : "") + subject.text,
                   .channels = subject.channels,
                   .height = subject.height,
                   .width = subject.width,
                   .rules = &rules,
                   .pass_seconds = seen.seconds()};
  if (subject.attention_only && !subject.block) keep_attention(seen, subject);
  for (Operation& op : seen.operations) report.rows.push_back({std::move(op), {}});
  report.total.kept_values = seen.kept_values;
  count(report);
  if (!subject.attention_only && report.total.parameters != network.parameter_count()) {
    throw Error("stat: " + report.title + " uses " + std::to_string(report.total.parameters) + " of its " +
                std::to_string(network.parameter_count()) + " parameters in a forward pass");
  }
  return report;
}

}  // namespace eca
