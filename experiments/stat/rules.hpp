// Ways of counting what an op costs. Tools and papers count by different rules; each is one function here.
#pragma once

#include <string>
#include <vector>

#include "experiments/stat/observe.hpp"

namespace eca {

struct Cost {
  int64_t madd = 0;   // operations, a multiplication and its addition counted as two
  int64_t flops = 0;  // operations as the rules count them; by most a multiply-add is one
  int64_t read = 0;   // values
  int64_t write = 0;
  bool counted = true;  // false: the rules do not know this op and leave it out

  Cost& operator+=(const Cost& other);
};

struct Rules {
  std::string name, description;
  Cost (*cost)(const Operation& op);
  bool last_call_only;  // of a module that runs several times, only the last call is counted
};

// macs, torchstat, thop-2019-07 and thop-2019-08.
const std::vector<Rules>& all_rules();
// Throws Error on another name, with the list of what is possible.
const Rules& rules_named(const std::string& name);

// Multiply-adds of convolutions and linear layers: what papers on networks call MACs, Mult-Adds, often FLOPs.
int64_t macs(const Operation& op);

// Every op by what it does. Throws Error if it is none that it knows.
Cost exact_cost(const Operation& op);
// The rules of torchstat, with their gaps.
Cost torchstat_cost(const Operation& op);
// The rules of thop before and after 2019-08-06.
Cost thop_2019_07_cost(const Operation& op);
Cost thop_2019_08_cost(const Operation& op);

}  // namespace eca
