// A tape as a picture. Each module that has several nodes is a frame around them and around the modules in it. A long tape
// is drawn in columns, one for each outermost module that holds others, such as a stage of a network; what enters a column
// stands at its head, and parameters stand in the boxes of their nodes.
#include <map>
#include <ostream>

#include "core/autograd/tape.hpp"
#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/base/text.hpp"

namespace eca {

namespace {

// A module with its nodes and the modules in it, in the order of the tape.
struct Group {
  std::string scope;
  int64_t first = 0;  // number of its first node
  std::vector<const Node*> nodes;
  std::vector<std::unique_ptr<Group>> groups;

  // Takes a node that lies in it.
  void add(const Node& node) {
    if (node.scope() == scope) {
      nodes.push_back(&node);
      return;
    }
    for (const auto& group : groups) {
      if (lies_in(node.scope(), group->scope)) return group->add(node);
    }
    const size_t begin = scope.empty() ? 0 : scope.size() + 1;
    groups.push_back(std::make_unique<Group>());
    groups.back()->scope = node.scope().substr(0, node.scope().find('.', begin));
    groups.back()->first = node.seq();
    groups.back()->add(node);
  }
};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? "\\\"" : std::string(1, c);
  return out + "\"";
}

constexpr size_t kLong = 40;  // more nodes than this are drawn in columns

class Picture {
 public:
  Picture(const Tape& tape, const std::string& module, std::ostream& out) : module_(module), out_(out) {
    root_.scope = module;
    for (size_t i = 0; i < tape.size(); ++i) {
      producers_[tape.node(i).output().get()] = &tape.node(i);
      if (lies_in(tape.node(i).scope(), module)) drawn_.push_back(&tape.node(i));
    }
    columns_ = drawn_.size() > kLong;
  }

  void draw() {
    out_ << "digraph tape {\n"
            "  graph [bgcolor=\"#ffffff\" fontname=\"sans-serif\" fontsize=11 ranksep=0.3 nodesep=0.2];\n"
            "  node [shape=box style=filled fillcolor=\"#ffffff\" fontname=\"sans-serif\" fontsize=10 "
            "height=0.2];\n";
    for (const Node* node : drawn_) root_.add(*node);
    if (module_.empty()) {
      draw_inside(root_, 1);
    } else {
      draw_group(root_, 1);
    }
    for (const Node* node : drawn_) draw_edges(*node);
    out_ << "}\n";
  }

 private:
  void draw_group(const Group& group, int depth) {
    if (group.nodes.size() == 1 && group.groups.empty()) {
      draw_node(*group.nodes[0], /*with_scope=*/true, depth);
      return;
    }
    const std::string indent(static_cast<size_t>(2 * depth), ' ');
    out_ << indent << "subgraph " << quoted("cluster " + group.scope) << " {\n"
         << indent << "  label=" << quoted(group.scope) << " style=filled color=\"#888888\" fillcolor=\""
         << (depth % 2 == 1 ? "#eef2f7" : "#f9f6ee") << "\";\n";
    draw_inside(group, depth + 1);
    out_ << indent << "}\n";
  }

  void draw_inside(const Group& group, int depth) {
    auto inner = group.groups.begin();
    for (const Node* node : group.nodes) {  // in the order of the tape, which is that of columns
      while (inner != group.groups.end() && (*inner)->first < node->seq()) draw_group(**inner++, depth);
      draw_node(*node, /*with_scope=*/false, depth);
    }
    while (inner != group.groups.end()) draw_group(**inner++, depth);
  }

  void draw_node(const Node& node, bool with_scope, int depth) {
    out_ << std::string(static_cast<size_t>(2 * depth), ' ') << "n" << node.seq()
         << " [label=" << quoted(label(node, with_scope)) << "];\n";
  }

  // "Conv2dBackward#3", as TAPE_BREAK takes it, where it stands, what it puts out, its parameters and what it saves.
  std::string label(const Node& node, bool with_scope) const {
    std::string text = std::string(node.name()) + "#" + std::to_string(node.seq());
    if (with_scope && !node.scope().empty()) text += "\\n" + node.scope();
    text += "\\n" + node.output()->shape.str();
    for (const GradientPtr& input : node.inputs()) {
      if (input && stands_in_box(*input, node))
        text += "\\n" + input->name.substr(node.scope().size() + 1) + " " + input->shape.str();
    }
    std::vector<std::string> names;
    for (const NamedSaved& saved : node.saved_tensors()) {
      if (saved.saved.defined()) names.emplace_back(saved.name);
    }
    return names.empty() ? text : text + "\\nsaves " + join(names, ", ");
  }

  // A parameter of the node's own module, where there are columns.
  bool stands_in_box(const Gradient& input, const Node& node) const {
    return columns_ && !producers_.contains(&input) && !node.scope().empty() &&
           input.name.starts_with(node.scope() + ".");
  }

  void draw_edges(const Node& node) {
    for (const GradientPtr& input : node.inputs()) {
      if (!input || stands_in_box(*input, node)) continue;
      const auto from = producers_.find(input.get());
      if (from == producers_.end()) {
        draw_leaf(*input, input->name, node);
      } else if (!lies_in(from->second->scope(), module_) || enters_column(*from->second, node)) {
        draw_leaf(*input, input->name + " of #" + std::to_string(from->second->seq()), node);
      } else {
        out_ << "  n" << from->second->seq() << " -> n" << node.seq() << ";\n";
      }
    }
  }

  // A parameter, or what enters a column or the drawn module.
  void draw_leaf(const Gradient& tensor, const std::string& name, const Node& to) {
    const auto [place, is_new] =
        leaves_.try_emplace({&tensor, column_of(to)}, "leaf" + std::to_string(leaves_.size()));
    if (is_new) {
      out_ << "  " << place->second
           << " [shape=ellipse fillcolor=\"#dbe9d8\" label=" << quoted(name + "\\n" + tensor.shape.str())
           << "];\n";
    }
    out_ << "  " << place->second << " -> n" << to.seq() << ";\n";
  }

  // The outermost module in the picture that the node lies in, if that holds others; "" without columns.
  std::string column_of(const Node& node) const {
    const size_t begin = module_.empty() ? 0 : module_.size() + 1;
    const size_t dot = begin < node.scope().size() ? node.scope().find('.', begin) : std::string::npos;
    return columns_ && dot != std::string::npos ? node.scope().substr(0, dot) : "";
  }

  bool enters_column(const Node& from, const Node& to) const {
    const std::string column = column_of(to);
    return !column.empty() && !lies_in(from.scope(), column);
  }

  const std::string module_;
  std::ostream& out_;
  Group root_;
  std::vector<const Node*> drawn_;
  bool columns_ = false;
  std::map<const Gradient*, const Node*> producers_;
  std::map<std::pair<const Gradient*, std::string>, std::string> leaves_;  // by the column that they stand in
};

void check_module(const Tape& tape, const std::string& module) {
  std::vector<std::string> scopes;
  for (size_t i = 0; i < tape.size(); ++i) {
    if (lies_in(tape.node(i).scope(), module)) return;
    scopes.push_back(tape.node(i).scope());
  }
  throw Error("tape: no node lies in \"" + module + "\"" + did_you_mean(module, modules_of(scopes)));
}

}  // namespace

void dump_dot(const Tape& tape, std::ostream& out, const std::string& module) {
  if (!module.empty()) check_module(tape, module);
  Picture(tape, module, out).draw();
}

}  // namespace eca
