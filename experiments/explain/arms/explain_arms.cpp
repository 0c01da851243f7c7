#include "experiments/explain/arms/explain_arms.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/ablation/ablation_config.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/training/class_labels.hpp"
#include "experiments/training/run_state.hpp"

namespace eca {

namespace {

const char* const kConfigName = "/ablation.txt";

// The test images, from the first run's data.
ImageSet test_images(const std::string& run, const ModelCard& card, const std::string& data) {
  const std::string spec = data.empty() ? data_of_run(run) : data;
  if (spec.empty()) throw FileError(run, "has no config.txt that names the data: name them with --data");
  Dataset set = load_data(with_all_to_test(spec), card.image_size);
  if (card.model.in_channels != set.test.channels)
    throw Error("explain: " + run + " was trained on images of " + std::to_string(card.model.in_channels) +
                " channels; " + set.name + " has " + std::to_string(set.test.channels));
  return labelled_by(std::move(set.test), card.classes, run);
}

std::string line_of(const RunNumbers& run) {
  std::string line = run.arm + " seed " + std::to_string(run.seed) + ":";
  for (size_t m = 0; m < run.values.size(); ++m) {
    if (run.values[m] && measure_names()[m].find(" - ") == std::string::npos)
      line += format("%s %s %.3f", line.back() == ':' ? "" : ";", measure_names()[m].c_str(), *run.values[m]);
  }
  return line;
}

}  // namespace

bool is_ablation_folder(const std::string& path) { return std::filesystem::exists(path + kConfigName); }

ArmsReport explain_arms(const std::string& folder, const std::string& data, const ExplainOptions& options,
                        const std::function<void(const std::string&)>& done) {
  const Ablation ablation = parse_ablation(read_config_bytes(folder + kConfigName), folder + kConfigName);
  if (ablation.task != &ablation_task("classification"))
    throw Error("explain: " + folder + " holds detectors, expected an ablation of classifiers");
  ArmsReport report = {.folder = folder};
  ImageSet test;
  for (const Arm& arm : ablation.arms) {
    for (const int64_t seed : ablation.seeds) {
      const RunDirectory directory(run_path(folder, arm.name, seed));
      if (!is_finished(directory)) {
        report.left_out.push_back(arm.name + " seed " + std::to_string(seed));
        continue;
      }
      ExplainedModel model = {directory.path(), load_model(directory.path())};
      if (report.runs.empty()) test = test_images(directory.path(), model.model.card, data);
      if (model.model.card.classes != test.classes)
        throw Error("explain: " + directory.path() + " has other classes than the runs before it");
      ModelReport one = {.path = model.path, .methods = options.methods};
      add_averages(one, model, test, options);
      if (report.arms.empty() || report.arms.back() != arm.name) report.arms.push_back(arm.name);
      report.runs.push_back(run_numbers(arm.name, seed, read_last_epoch(directory).test_accuracy, one));
      report.images = one.averages->images;
      report.blocks = std::max(report.blocks, std::ssize(one.gates));
      report.layer = one.averages->layer;
      done(line_of(report.runs.back()));
    }
  }
  if (report.runs.empty())
    throw FileError(folder, "holds no finished run of " + std::to_string(report.left_out.size()));
  report.data = test.name;
  report.method = title(averaged_method(options.methods));
  return report;
}

}  // namespace eca
