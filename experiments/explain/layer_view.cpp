#include "experiments/explain/layer_view.hpp"

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "experiments/explain/cam.hpp"
#include "experiments/explain/grad_cam.hpp"
#include "experiments/explain/grad_cam_plus_plus.hpp"
#include "experiments/explain/tape_reader.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

namespace {

// The weight (C,K) by which Linear follows global average pooling follows `map`, and nothing else does.
Tensor linear_head(const Tape& tape, const Node& map, Module& network) {
  const std::vector<const Node*> after = readers(tape, map.output());
  if (after.size() != 1 || after[0]->op() != "GlobalAveragePool") return {};
  const std::vector<const Node*> last = readers(tape, after[0]->output());
  if (last.size() != 1 || last[0]->op() != "Linear" ||
      last[0]->seq() + 1 != static_cast<int64_t>(tape.size()))
    return {};
  for (const Parameter* parameter : network.parameters()) {
    if (parameter->value.gradient() == last[0]->inputs()[1]) return parameter->value;
  }
  return {};
}

int64_t largest_of_row(const Tensor& logits, int64_t n) {
  const std::vector<real> values = logits.values();
  const auto row = values.begin() + n * logits.dim(1);
  return std::max_element(row, row + logits.dim(1)) - row;
}

// 1 at the class of each row.
Tensor one_hot(const Shape& logits, const std::vector<int64_t>& classes) {
  std::vector<real> dy(static_cast<size_t>(logits.numel()), 0);
  for (size_t n = 0; n < classes.size(); ++n) {
    dy[n * static_cast<size_t>(logits.dim(1)) + static_cast<size_t>(classes[n])] = 1;
  }
  return Tensor::from(logits, dy);
}

const std::vector<std::string>& method_names() {
  static const std::vector<std::string> names = {"cam", "gradcam", "gradcam++"};
  return names;
}

}  // namespace

LayerView look_at_layer(Module& network, const Tensor& x, const std::string& layer, int64_t asked_class) {
  const PlainOps plain;
  Tape tape;
  tape.keep_values(true);
  tape.keep_grads(true);
  LayerView view;
  view.logits = network(x);
  const Node& map = last_map_of(tape, layer);
  view.layer = layer.empty() ? map.scope() : layer;
  view.A = map.value();
  view.head = linear_head(tape, map, network);
  for (int64_t n = 0; n < x.dim(0); ++n)
    view.classes.push_back(asked_class == kPredicted ? largest_of_row(view.logits, n) : asked_class);
  tape.backward(view.logits, one_hot(view.logits.shape(), view.classes));
  view.dA = view.A.grad();
  return view;
}

CamMethod parse_cam_method(const std::string& text) {
  const std::vector<std::string>& names = method_names();
  const auto found = std::find(names.begin(), names.end(), text);
  if (found != names.end()) return static_cast<CamMethod>(found - names.begin());
  throw Error("method: \"" + text + "\"" + did_you_mean(text, names) +
              ", expected cam, gradcam or gradcam++");
}

const char* to_string(CamMethod method) { return method_names()[static_cast<size_t>(method)].c_str(); }

const char* title(CamMethod method) {
  return method == CamMethod::cam ? "CAM" : method == CamMethod::grad_cam ? "Grad-CAM" : "Grad-CAM++";
}

Map class_map(const LayerView& view, int64_t n, CamMethod method) {
  const int64_t k = view.classes[static_cast<size_t>(n)];
  if (method == CamMethod::grad_cam) return grad_cam(view.A, view.dA, n);
  if (method == CamMethod::grad_cam_plus_plus) return grad_cam_plus_plus(view.A, view.dA, n);
  if (view.head.defined()) return cam(view.A, n, view.head, k);
  throw Error("CAM of " + view.layer +
              ": between it and the scores there must be global average pooling and one linear layer alone; "
              "gradcam needs "
              "nothing of the kind");
}

}  // namespace eca
