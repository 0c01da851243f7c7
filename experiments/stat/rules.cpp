#include "experiments/stat/rules.hpp"

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

Cost& Cost::operator+=(const Cost& other) {
  madd += other.madd;
  flops += other.flops;
  read += other.read;
  write += other.write;
  return *this;
}

const std::vector<Rules>& all_rules() {
  static const std::vector<Rules> all = {
      {"macs", "every op by what it does", exact_cost, false},
      {"torchstat", "as torchstat counts, 0 for what it does not know", torchstat_cost, true},
      {"thop-2019-07", "Flops as thop counted in July 2019: ECA-Net's table 3", thop_2019_07_cost, true},
      {"thop-2019-08", "Flops as thop counted from August 2019: ECA-Net's ResNet-18 and -34",
       thop_2019_08_cost, false},
  };
  return all;
}

const Rules& rules_named(const std::string& name) {
  std::vector<std::string> names;
  for (const Rules& rules : all_rules()) {
    if (rules.name == name) return rules;
    names.push_back(rules.name);
  }
  throw Error("rules: unknown name \"" + name + "\"" + did_you_mean(name, names) +
              "\n  possible are: " + join(names, ", "));
}

}  // namespace eca
