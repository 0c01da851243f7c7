#include "experiments/stat/report.hpp"

#include <algorithm>
#include <set>

#include "core/base/error.hpp"
#include "layers/attention/attention.hpp"

namespace eca {

namespace {

// A block under its own name, so that its rows are "eca.conv" as inside a network.
struct Wrapped : Module {
  Module& block;
  explicit Wrapped(const std::string& attention, int64_t channels)
      : block(adopt(attention_name(attention), make_attention(attention, channels))) {}
  Tensor forward(const Tensor& x) override { return block(x); }
};

std::unique_ptr<Module> make_block(const std::string& attention, int64_t channels) {
  if (attention_name(attention) == "none") throw Error("stat: block \"none\" has nothing to count");
  return std::make_unique<Wrapped>(attention, channels);
}

// "resnet50+eca:k=3557" -> network and attention.
ModelConfig model_of(const Subject& subject) {
  const size_t plus = subject.text.find('+');
  ModelConfig config = {
      .name = subject.text.substr(0, plus), .shortcut = subject.shortcut, .in_channels = subject.channels};
  if (plus != std::string::npos) config.attention = subject.text.substr(plus + 1);
  config.classes = subject.classes != 0 ? subject.classes : family_of(config.name).classes;
  return config;
}

Subject with_default_input(Subject subject) {
  if (subject.channels != 0) return subject;
  if (subject.block) {
    throw Error("stat: block \"" + subject.text + "\" needs --input C,H,W, for example --input 32,56,56");
  }
  subject.channels = 3;
  subject.height = subject.width = family_of(model_of(subject).name).image_size;
  return subject;
}

Observation observe_network(Module& network, const Subject& subject) {
  return observe(network, {1, subject.height, subject.width, subject.channels}, subject.passes);
}

// Takes away what the plain network has too.
void keep_attention(Observation& seen, const Subject& subject) {
  ModelConfig plain = model_of(subject);
  plain.name = family_of(plain.name).base;
  plain.attention = "none";
  const auto network = make_model(plain);
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
  const auto network =
      subject.block ? make_block(subject.text, subject.channels) : make_model(model_of(subject));
  Observation seen = observe_network(*network, subject);
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
  if (!subject.attention_only && report.total.parameters != network->parameter_count()) {
    throw Error("stat: " + report.title + " uses " + std::to_string(report.total.parameters) + " of its " +
                std::to_string(network->parameter_count()) + " parameters in a forward pass");
  }
  return report;
}

}  // namespace eca
