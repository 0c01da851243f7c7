#include <iomanip>
#include <map>
#include <ostream>

#include "core/autograd/tape.hpp"

namespace eca {

void dump_tape(const Tape& tape, std::ostream& out) {
  out << std::left << std::setw(6) << "seq" << std::setw(28) << "node" << std::setw(24) << "scope"
      << std::setw(20) << "output"
      << "saved bytes\n";
  for (size_t i = 0; i < tape.size(); ++i) {
    const Node& node = tape.node(i);
    out << std::left << std::setw(6) << node.seq() << std::setw(28) << node.name() << std::setw(24)
        << node.scope() << std::setw(20) << node.output()->shape.str() << node.saved_bytes() << '\n';
  }
}

void dump_dot(const Tape& tape, std::ostream& out) {
  std::map<const Gradient*, int64_t> producer;
  std::map<std::string, std::vector<const Node*>> by_scope;
  for (size_t i = 0; i < tape.size(); ++i) {
    producer[tape.node(i).output().get()] = tape.node(i).seq();
    by_scope[tape.node(i).scope()].push_back(&tape.node(i));
  }
  out << "digraph tape {\n  node [shape=box];\n";
  int cluster = 0;
  for (const auto& [scope, nodes] : by_scope) {
    out << "  subgraph cluster" << cluster++ << " { label=\"" << scope << "\";";
    for (const Node* node : nodes) {
      out << " n" << node->seq() << " [label=\"" << node->name() << " #" << node->seq() << "\\n"
          << node->output()->shape.str() << "\"];";
    }
    out << " }\n";
  }
  for (size_t i = 0; i < tape.size(); ++i) {
    for (const GradientPtr& input : tape.node(i).inputs()) {
      if (!input) continue;
      const auto from = producer.find(input.get());
      if (from != producer.end()) {
        out << "  n" << from->second << " -> n" << i << ";\n";
      } else {
        out << "  \"" << input->name << "\" [shape=ellipse];  \"" << input->name << "\" -> n" << i << ";\n";
      }
    }
  }
  out << "}\n";
}

}  // namespace eca
