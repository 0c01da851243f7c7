#include "core/autograd/tape_break.hpp"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <vector>

#include "core/autograd/tape.hpp"
#include "core/base/closest_name.hpp"
#include "core/base/text.hpp"

namespace eca {

namespace {

struct Wanted {
  std::string text;  // "Conv2dBackward#17"; empty: none
  bool reported = false;
};

Wanted& wanted() {
  static Wanted wanted{.text = std::getenv("TAPE_BREAK") != nullptr ? std::getenv("TAPE_BREAK") : ""};
  return wanted;
}

std::string numbered(const Node& node) { return std::string(node.name()) + "#" + std::to_string(node.seq()); }

std::string scope_of(const Node& node) { return node.scope().empty() ? "" : " in " + node.scope(); }

void report(const std::string& problem) {
  std::cerr << "TAPE_BREAK=" << wanted().text << " will not stop: " << problem << std::endl;
  wanted().reported = true;
}

// "Conv2dBackward#16, Conv2dBackward#19": the numbers of this name that lie nearest, in the order of the tape.
std::string nearest(const Tape& tape, const std::string& name, int64_t number) {
  std::vector<const Node*> named;
  for (size_t i = 0; i < tape.size(); ++i) {
    if (tape.node(i).name() == name) named.push_back(&tape.node(i));
  }
  std::ranges::sort(named, {}, [number](const Node* node) { return std::abs(node->seq() - number); });
  named.resize(std::min<size_t>(named.size(), 4));
  std::ranges::sort(named, {}, &Node::seq);
  std::vector<std::string> words;
  for (const Node* node : named) words.push_back(numbered(*node) + scope_of(*node));
  return join(words, ", ");
}

std::vector<std::string> names_of(const Tape& tape) {
  std::vector<std::string> names;
  for (size_t i = 0; i < tape.size(); ++i) names.emplace_back(tape.node(i).name());
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// Why no node of the tape is the wanted one.
std::string problem(const Tape& tape) {
  const std::string& text = wanted().text;
  const size_t hash = text.find('#');
  const auto number = whole_number(hash == std::string::npos ? "" : text.substr(hash + 1));
  if (!number) return "expected a name and a number, as in Conv2dBackward#17";
  const std::string name = text.substr(0, hash), near = nearest(tape, name, *number);
  if (near.empty()) {
    const std::vector<std::string> names = names_of(tape);
    return "no node of this tape is a " + name + did_you_mean(name, names) + "; there are " +
           join(names, ", ");
  }
  const auto size = static_cast<int64_t>(tape.size());
  std::string found = "this tape has the nodes #0 to #" + std::to_string(size - 1);
  if (*number >= 0 && *number < size) {
    const Node& other = tape.node(static_cast<size_t>(*number));
    found = "node #" + std::to_string(*number) + " is " + other.name() + scope_of(other);
  }
  return found + "; the nearest are " + near;
}

}  // namespace

void set_tape_break(const std::string& name_and_number) { wanted() = {.text = name_and_number}; }

bool is_tape_break(const Node& node) { return !wanted().text.empty() && numbered(node) == wanted().text; }

void check_tape_break(const Tape& tape) {
  if (wanted().text.empty() || wanted().reported) return;
  for (size_t i = 0; i < tape.size(); ++i) {
    if (is_tape_break(tape.node(i))) return;
  }
  report(problem(tape));
}

void check_tape_break_skipped(const Node& node) {
  if (is_tape_break(node) && !wanted().reported)
    report("nothing leads from this node" + scope_of(node) + " to the loss");
}

}  // namespace eca
