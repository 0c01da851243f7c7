#include "experiments/explain/report.hpp"

#include <algorithm>
#include <numeric>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/softmax.hpp"
#include "experiments/explain/tape_reader.hpp"
#include "experiments/training/not_finite.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

namespace {

double probability_of(const Tensor& logits, int64_t k) {
  for (const RankedClass& ranked : ranked_classes(logits, 0, static_cast<size_t>(logits.dim(1)))) {
    if (static_cast<int64_t>(ranked.index) == k) return ranked.probability;
  }
  return 0;
}

LayerView look_at(ExplainedModel& model, const ExplainedImage& subject, const ExplainOptions& options) {
  Module& network = *model.model.network;
  const Tensor x = input_of(subject, model.model.card);
  const LayerView view = look_at_layer(network, x, options.layer, options.asked_class);
  if (all_finite(view.logits.values())) return view;
  throw FileError(model.path, "the answer to " + subject.name + " is not finite (NaN or infinity)\n  " +
                                  where_not_finite(network, x));
}

// All methods that can be had.
std::vector<CamMethod> methods_for(const LayerView& view, const ExplainOptions& options, bool compared) {
  if (!options.methods.empty()) return options.methods;
  if (compared) return {CamMethod::grad_cam};
  if (view.head.defined()) return {CamMethod::cam, CamMethod::grad_cam, CamMethod::grad_cam_plus_plus};
  return {CamMethod::grad_cam, CamMethod::grad_cam_plus_plus};
}

Answer answer_of(const LayerView& view, const ExplainedImage& subject,
                 const std::vector<CamMethod>& methods) {
  Answer answer;
  answer.predicted = static_cast<int64_t>(ranked_classes(view.logits, 0, 1)[0].index);
  answer.explained = view.classes[0];
  answer.probability = probability_of(view.logits, answer.predicted);
  answer.explained_probability = probability_of(view.logits, answer.explained);
  for (const CamMethod method : methods)
    answer.maps.push_back(
        upsampled(class_map(view, 0, method), subject.shown.height(), subject.shown.width()));
  return answer;
}

std::vector<Gate> gates_for(ExplainedModel& model, const Tensor& x) {
  const PlainOps plain;
  Tape tape;
  tape.keep_values(true);
  (*model.model.network)(x);
  return gates_on(tape);
}

// The last gate in `block`, "layer1.0", or of all for an empty one.
const Gate& gate_in(const std::vector<Gate>& gates, const std::string& block) {
  std::vector<std::string> modules;
  for (size_t i = gates.size(); i-- > 0;) {
    if (block.empty() || gates[i].module == block || gates[i].module.starts_with(block + "."))
      return gates[i];
    modules.insert(modules.begin(), gates[i].module);
  }
  throw Error("no block \"" + block + "\" with attention" + did_you_mean(block, modules) + "; there are " +
              join(modules, ", "));
}

BlockMaps block_maps(const Gate& gate) {
  BlockMaps block = {.module = gate.module, .before = gate.before, .after = gate.after};
  for (const real s : gate.values.values()) block.gates.push_back(static_cast<double>(s));
  block.order.resize(block.gates.size());
  std::iota(block.order.begin(), block.order.end(), 0);
  std::stable_sort(block.order.begin(), block.order.end(), [&](int64_t a, int64_t b) {
    return block.gates[static_cast<size_t>(a)] > block.gates[static_cast<size_t>(b)];
  });
  return block;
}

std::vector<BlockGates> gates_over(ExplainedModel& model, const ImageSet& test,
                                   const std::vector<int64_t>& images) {
  std::vector<GateTable> tables;
  std::vector<int32_t> labels;
  for (const int64_t i : images) {
    add_gates(tables, gates_for(model, input_of(subject_of(test, i), model.model.card)));
    labels.push_back(test.labels[static_cast<size_t>(i)]);
  }
  end_gates(tables);
  std::vector<BlockGates> blocks;
  for (GateTable& table : tables) {
    Module* attention = model.model.network->find(table.module);
    blocks.push_back(
        {.table = table,
         .numbers = gate_numbers(table, labels, test.classes.size()),
         .of_class = class_means(table, labels, test.classes.size()),
         .matrix = attention == nullptr ? std::nullopt : gate_matrix(*attention, table.squeeze)});
  }
  return blocks;
}

ModelReport explain_one(ExplainedModel& model, const std::vector<ExplainedImage>& subjects,
                        const ExplainOptions& options, bool compared) {
  ModelReport report = {.path = model.path};
  for (const ExplainedImage& subject : subjects) {
    const LayerView view = look_at(model, subject, options);
    if (report.answers.empty()) report.methods = methods_for(view, options, compared);
    report.layer = view.layer;
    report.answers.push_back(answer_of(view, subject, report.methods));
  }
  const std::vector<Gate> gates = gates_for(model, input_of(subjects[0], model.model.card));
  if (!gates.empty()) report.block = block_maps(gate_in(gates, options.block));
  return report;
}

void note_what_is_left_out(Explanation& report) {
  for (const ModelReport& model : report.models) {
    if (!model.block)
      report.notes.push_back(model.path +
                             " has no channel attention: gates, feature maps and kernels are left out");
  }
  if (!report.models[0].averages)
    report.notes.push_back(
        "no test images are averaged over: gates by class, kernels and averages are left out");
}

}  // namespace

bool Explanation::has_gates() const {
  return std::ranges::any_of(models, [](const ModelReport& model) { return !model.gates.empty(); });
}

Explanation explain(std::vector<ExplainedModel>& models, std::vector<ExplainedImage> subjects,
                    const ImageSet* test, const ExplainOptions& options) {
  Explanation report = {.data = test == nullptr ? "" : test->name,
                        .classes = models[0].model.card.classes,
                        .gate_classes = options.gate_classes,
                        .subjects = std::move(subjects)};
  for (int64_t k = 0;
       options.gate_classes.empty() && k < std::min<int64_t>(4, models[0].model.card.model.classes); ++k)
    report.gate_classes.push_back(k);
  const std::vector<std::string> titles = titles_of(models);
  for (size_t r = 0; r < models.size(); ++r) {
    ExplainedModel& model = models[r];
    report.models.push_back(explain_one(model, report.subjects, options, models.size() > 1));
    report.models.back().network = titles[r];
    if (test != nullptr) add_averages(report.models.back(), model, *test, options);
  }
  note_what_is_left_out(report);
  return report;
}

CamMethod averaged_method(const std::vector<CamMethod>& methods) {
  return methods.size() == 1 ? methods[0] : CamMethod::grad_cam;
}

void add_averages(ModelReport& report, ExplainedModel& model, const ImageSet& test,
                  const ExplainOptions& options) {
  const std::vector<int64_t> images = spread_over_classes(test, options.test_images);
  report.gates = gates_over(model, test, images);
  report.averages = average_maps(*model.model.network, model.model.card, test, images,
                                 {.layer = options.layer, .method = averaged_method(report.methods)});
}

double shared_most(const Explanation& report, size_t m, size_t n) {
  double most = 0;
  for (const ModelReport& model : report.models)
    most = std::max(most, largest_above_zero(model.answers[n].maps[m]));
  return most;
}

}  // namespace eca
