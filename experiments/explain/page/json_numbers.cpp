#include "experiments/explain/page/json_numbers.hpp"

#include <nlohmann/json.hpp>

namespace eca {

namespace {

using nlohmann::json;

json interval_json(const std::vector<double>& values) {
  if (values.empty()) return nullptr;
  json object = {{"mean", mean(values)}, {"images", values.size()}};
  object["half_width"] = values.size() > 1 ? json(interval95(values).half_width) : json(nullptr);
  return object;
}

json compared_json(const Compared& compared) {
  return {{"value", interval_json(compared.values)},
          {"control", interval_json(compared.controls)},
          {"difference", interval_json(compared.differences())}};
}

json averages_json(const Averages& averages) {
  json object = {{"images", averages.images},
                 {"deletion", compared_json(averages.deletion)},
                 {"insertion", compared_json(averages.insertion)}};
  object["deletion"]["curve"] = averages.deletion_curve;
  object["deletion"]["control_curve"] = averages.random_deletion_curve;
  object["insertion"]["curve"] = averages.insertion_curve;
  object["insertion"]["control_curve"] = averages.random_insertion_curve;
  if (!averages.on_object.values.empty()) object["on_object"] = compared_json(averages.on_object);
  return object;
}

json block_json(const Explanation& report, const BlockGates& block) {
  const GateNumbers& n = block.numbers;
  json object = {{"module", block.table.module},
                 {"channels", block.table.channels},
                 {"mean", n.mean},
                 {"between_classes", n.between},
                 {"within_a_class", n.within},
                 {"neighbours", n.neighbours},
                 {"any_two", n.any_two},
                 {"mean_gates", overall_means(block.table)},
                 {"mean_gates_by_class", json::object()}};
  for (size_t k = 0; k < block.of_class.size(); ++k) {
    if (!block.of_class[k].empty())
      object["mean_gates_by_class"][report.class_name(static_cast<int64_t>(k))] = block.of_class[k];
  }
  if (block.matrix) {
    object["structure"] = structure(*block.matrix);
    if (!block.matrix->kernel.empty()) object["kernel"] = block.matrix->kernel;
  }
  return object;
}

json model_json(const Explanation& report, const ModelReport& model) {
  json object = {{"network", model.network}, {"path", model.path}, {"layer", model.layer}};
  for (size_t n = 0; n < model.answers.size(); ++n) {
    const Answer& answer = model.answers[n];
    object["answers"].push_back({{"image", report.subjects[n].name},
                                 {"label", report.subjects[n].label},
                                 {"predicted", report.class_name(answer.predicted)},
                                 {"probability", answer.probability},
                                 {"explained", report.class_name(answer.explained)},
                                 {"explained_probability", answer.explained_probability}});
  }
  if (model.averages) object["averages"] = averages_json(*model.averages);
  for (const BlockGates& block : model.gates) object["gates"].push_back(block_json(report, block));
  return object;
}

}  // namespace

std::string json_numbers(const Explanation& report, const std::string& environment) {
  json object = {{"environment", environment}, {"data", report.data}};
  for (const ModelReport& model : report.models) object["models"].push_back(model_json(report, model));
  // Names of files are bytes, and not always UTF-8.
  return object.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace eca
