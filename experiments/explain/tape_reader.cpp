#include "experiments/explain/tape_reader.hpp"

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/base/text.hpp"

namespace eca {

namespace {

bool is_map(const Node& node) { return node.value().defined() && node.value().rank() == 4; }

}  // namespace

std::vector<std::string> modules_with_maps(const Tape& tape) {
  std::vector<std::string> modules;
  for (size_t i = tape.size(); i-- > 0;) {
    if (!is_map(tape.node(i))) continue;
    const std::vector<std::string> paths = modules_of({tape.node(i).scope()});
    for (const std::string& path : paths) {  // the outer ones are done later
      if (std::find(modules.begin(), modules.end(), path) == modules.end()) modules.push_back(path);
    }
  }
  std::reverse(modules.begin(), modules.end());
  return modules;
}

const Node& last_map_of(const Tape& tape, const std::string& module) {
  for (size_t i = tape.size(); i-- > 0;) {
    if (lies_in(tape.node(i).scope(), module) && is_map(tape.node(i))) return tape.node(i);
  }
  const std::vector<std::string> modules = modules_with_maps(tape);
  throw Error("no layer \"" + module + "\" with a map" + did_you_mean(module, modules) + "; there are " +
              (modules.empty() ? "none" : join(modules, ", ")));
}

const Node* producer(const Tape& tape, const Node& node, size_t i) {
  if (i >= node.inputs().size() || node.inputs()[i] == nullptr) return nullptr;
  for (auto k = static_cast<size_t>(node.seq()); k-- > 0;) {
    if (tape.node(k).output() == node.inputs()[i]) return &tape.node(k);
  }
  return nullptr;
}

std::vector<const Node*> readers(const Tape& tape, const GradientPtr& output) {
  std::vector<const Node*> found;
  for (size_t i = 0; i < tape.size(); ++i) {
    const std::vector<GradientPtr>& inputs = tape.node(i).inputs();
    if (std::find(inputs.begin(), inputs.end(), output) != inputs.end()) found.push_back(&tape.node(i));
  }
  return found;
}

}  // namespace eca
