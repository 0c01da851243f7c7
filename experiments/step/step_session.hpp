// A person at the keys: after which node the walk stops, and what is shown there.
#pragma once

#include <functional>
#include <iosfwd>
#include <vector>

#include "experiments/step/step_row.hpp"

namespace eca {

class Tape;

// Where a node stands, known before it is walked.
struct NodePlace {
  int64_t seq;
  std::string scope;
};
std::vector<NodePlace> places_of(const Tape& tape);

class StepSession {
 public:
  // `key` is KeyTerminal::key, or gives what that would. The end, -1, is as good as q.
  StepSession(std::vector<NodePlace> places, std::function<int()> key, std::ostream& out);

  // Shows the row and waits for keys, where the walk stops after it. False: q was pressed.
  bool take(const StepRow& row);

  // To be said when the walk is over and a search found nothing; else empty.
  std::string unmet() const;

  // What keys there are.
  static const char* help();

 private:
  enum class Until { next, node, module, not_finite };

  bool stops_at(const StepRow& row) const;
  bool ask(const StepRow& row);
  bool ask_node(char first_digit, int64_t now);
  bool ask_module(int64_t now);
  std::string typed(std::string text, size_t fixed);
  bool refuse(const std::string& problem);

  std::vector<NodePlace> places_;
  std::function<int()> key_;
  std::ostream& out_;
  Until until_ = Until::next;
  int64_t node_ = 0;
  std::string module_;
};

}  // namespace eca
