// All that a page of `eca explain` shows, worked out and not yet drawn.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "experiments/explain/averages.hpp"
#include "experiments/explain/gate_matrix.hpp"
#include "experiments/explain/gate_numbers.hpp"
#include "experiments/explain/gates.hpp"
#include "experiments/explain/layer_view.hpp"
#include "experiments/explain/models.hpp"
#include "experiments/explain/subjects.hpp"

namespace eca {

struct ExplainOptions {
  std::string layer;               // empty: the last with a map
  std::string block;               // whose feature maps are shown, "layer1.0"; empty: the last with a gate
  std::vector<CamMethod> methods;  // empty: all that can be had of one model, Grad-CAM of several
  int64_t asked_class = kPredicted;
  std::vector<int64_t> gate_classes;  // whose gates are drawn; empty: the first four
  int64_t test_images = 100;          // over which is averaged; 0: nothing is
};

// What one model makes of one image.
struct Answer {
  int64_t predicted = 0, explained = 0;  // classes
  double probability = 0, explained_probability = 0;
  std::vector<Map> maps;  // one a method, at the resolution that is shown
};

// The channels of one block for the first image.
struct BlockMaps {
  std::string module;
  Tensor before, after;        // (1,H,W,C)
  std::vector<double> gates;   // (C)
  std::vector<int64_t> order;  // channels, the largest gate first
};

// One block's gates over the test images.
struct BlockGates {
  GateTable table;
  GateNumbers numbers;
  std::vector<std::vector<double>> of_class;  // [class][channel]
  std::optional<GateMatrix> matrix;
};

struct ModelReport {
  std::string path, network, layer;  // network: its title
  std::vector<CamMethod> methods;
  std::vector<Answer> answers;  // one a subject
  std::optional<BlockMaps> block;
  std::vector<BlockGates> gates;
  std::optional<Averages> averages;
};

struct Explanation {
  std::string data;  // name of the test set; empty: none
  std::vector<std::string> classes;
  std::vector<int64_t> gate_classes;
  std::vector<ExplainedImage> subjects;
  std::vector<ModelReport> models;
  std::vector<std::string> notes;  // what is left out, and why

  bool has_gates() const;  // over test images, of any model
  std::string class_name(int64_t k) const {
    return classes.empty() ? "class " + std::to_string(k) : classes[static_cast<size_t>(k)];
  }
};

// `test` null: there are no data, and no numbers over test images. Throws Error where a layer, a block or a method cannot be had,
// FileError where an answer is not finite.
Explanation explain(std::vector<ExplainedModel>& models, std::vector<ExplainedImage> subjects,
                    const ImageSet* test, const ExplainOptions& options);

// The method whose maps are averaged over test images: the only one, or Grad-CAM.
CamMethod averaged_method(const std::vector<CamMethod>& methods);
// Of one model, what is measured over test images: `gates` and `averages`, by averaged_method(report.methods).
void add_averages(ModelReport& report, ExplainedModel& model, const ImageSet& test,
                  const ExplainOptions& options);

// The largest value that is drawn of method m of image n, the same for all models: of maps side by side.
double shared_most(const Explanation& report, size_t m, size_t n);

}  // namespace eca
