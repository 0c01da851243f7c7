#include "experiments/step/step_session.hpp"

#include <algorithm>
#include <ostream>

#include "core/autograd/tape.hpp"
#include "core/base/closest_name.hpp"
#include "core/base/scope.hpp"
#include "core/base/text.hpp"
#include "experiments/step/key_terminal.hpp"

namespace eca {

namespace {

bool is_digit(int key) { return key >= '0' && key <= '9'; }

// Every module of the nodes below #now, and every module that holds one.
std::vector<std::string> modules_below(const std::vector<NodePlace>& places, int64_t now) {
  std::vector<std::string> scopes;
  for (const NodePlace& place : places) {
    if (place.seq < now) scopes.push_back(place.scope);
  }
  return modules_of(scopes);
}

}  // namespace

std::vector<NodePlace> places_of(const Tape& tape) {
  std::vector<NodePlace> places;
  for (size_t i = 0; i < tape.size(); ++i) places.push_back({tape.node(i).seq(), tape.node(i).scope()});
  return places;
}

StepSession::StepSession(std::vector<NodePlace> places, std::function<int()> key, std::ostream& out)
    : places_(std::move(places)), key_(std::move(key)), out_(out) {}

const char* StepSession::help() {
  return "  Enter, space  the next node\n"
         "  17 Enter      on to node #17\n"
         "  m NAME Enter  on to the next node in that module, as in m layer2.0.eca\n"
         "  x             on to the next node with a NaN or an infinity\n"
         "  q             quit\n"
         "  ?             these keys\n";
}

bool StepSession::stops_at(const StepRow& row) const {
  switch (until_) {
    case Until::next:
      return true;
    case Until::node:
      return row.seq <= node_;
    case Until::module:
      return lies_in(row.scope, module_);
    case Until::not_finite:
      return has_not_finite(row);
  }
  return true;
}

bool StepSession::take(const StepRow& row) {
  if (!stops_at(row)) return true;
  until_ = Until::next;
  out_ << screen_text(row) << std::flush;
  return row.seq == 0 || ask(row);  // after #0 there is nothing to go on to
}

std::string StepSession::unmet() const {
  return until_ == Until::not_finite ? "no node that was left has a NaN or an infinity" : "";
}

// Keys until one of them goes on, then true; false at q.
bool StepSession::ask(const StepRow& row) {
  while (true) {
    const int key = key_();
    if (key == 'q' || key == -1) return false;
    if (key == KeyTerminal::kShowAgain) out_ << screen_text(row) << std::flush;
    if (key == '\n' || key == '\r' || key == ' ') return true;
    if (key == 'x') {
      until_ = Until::not_finite;
      return true;
    }
    if (is_digit(key) && ask_node(static_cast<char>(key), row.seq)) return true;
    if (key == 'm' && ask_module(row.seq)) return true;
    if (key == '?') out_ << help() << std::flush;
  }
}

bool StepSession::ask_node(char first_digit, int64_t now) {
  const std::string text = typed(std::string("#") + first_digit, /*fixed=*/1);
  const auto number = whole_number(text.substr(1));
  if (!number || *number < 0 || *number >= now) {
    return refuse("\"" + text + "\": expected a node that is left, #0 to #" + std::to_string(now - 1));
  }
  until_ = Until::node;
  node_ = *number;
  return true;
}

bool StepSession::ask_module(int64_t now) {
  std::string name = typed("m ", /*fixed=*/2).substr(2);
  name.erase(0, name.find_first_not_of(' '));
  const std::vector<std::string> modules = modules_below(places_, now);
  if (!std::ranges::binary_search(modules, name)) {
    return refuse("no node that is left lies in \"" + name + "\"" + did_you_mean(name, modules));
  }
  until_ = Until::module;
  module_ = name;
  return true;
}

// The line that begins with `text`, to Enter. Backspace takes the last key back, down to the first `fixed`.
std::string StepSession::typed(std::string text, size_t fixed) {
  out_ << text << std::flush;
  while (true) {
    const int key = key_();
    if (key == -1 || key == '\n' || key == '\r') break;
    if (key == KeyTerminal::kShowAgain) {
      out_ << text << std::flush;
      continue;
    }
    if (key == 127 || key == '\b') {
      if (text.size() > fixed) {
        text.pop_back();
        out_ << "\b \b" << std::flush;
      }
    } else if (key >= ' ') {
      text += static_cast<char>(key);
      out_ << static_cast<char>(key) << std::flush;
    }
  }
  out_ << '\n';
  return text;
}

bool StepSession::refuse(const std::string& problem) {
  out_ << "  " << problem << '\n' << std::flush;
  return false;
}

}  // namespace eca
