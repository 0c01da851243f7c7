#include "experiments/ablation/ablation_config.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/training/optimizers.hpp"

namespace eca {

namespace {

const std::string kArm = "arm";

// The line of an arm, kept until all common keys are known.
struct ArmLine {
  ConfigLine line;
  std::string name;
  std::vector<KeyValue> keys;
};

[[noreturn]] void refuse(const std::string& path, int line, const std::string& problem) {
  throw FileError(path, "line " + std::to_string(line) + ": " + problem);
}

bool is_arm(const std::string& line) { return line.starts_with(kArm + " ") || line.starts_with(kArm + "\t"); }

void check_key(const std::string& key) {
  if (key == "seed") throw Error("key \"seed\", expected \"seeds = 1 2 3\" for all arms");
  if (key == "out") throw Error("key \"out\", expected none: every run has a folder below --out");
  if (key == "threads") throw Error("key \"threads\", expected none: it is an option of `eca ablate`");
}

void check_arm_name(const std::string& name) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; };
  if (!name.empty() && name[0] != '-' && std::all_of(name.begin(), name.end(), allowed)) return;
  throw Error("arm \"" + name + "\": expected a name of letters, digits, _ and -");
}

ArmLine parse_arm(const ConfigLine& line) {
  const size_t colon = line.text.find(':'), equals = line.text.find('=');
  if (colon == std::string::npos || colon > equals) {
    throw Error("\"" + line.text + "\", expected arm NAME: key = value; key = value");
  }
  ArmLine arm = {line, trimmed(line.text.substr(kArm.size(), colon - kArm.size())), {}};
  check_arm_name(arm.name);
  for (const std::string& part : split(line.text.substr(colon + 1), ';')) {
    if (trimmed(part).empty()) continue;
    arm.keys.push_back(key_and_value(trimmed(part)));
    check_key(arm.keys.back().key);
  }
  return arm;
}

std::vector<int64_t> parse_seeds(const std::string& text) {
  std::vector<int64_t> seeds;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const int64_t seed = whole_number(word).value_or(-1);
    if (seed < 0) throw Error("seeds: \"" + word + "\", expected whole numbers from 0, as in 1 2 3");
    if (std::count(seeds.begin(), seeds.end(), seed)) throw Error("seeds: " + word + " is given twice");
    seeds.push_back(seed);
  }
  if (seeds.empty()) throw Error("seeds: \"\", expected whole numbers from 0, as in 1 2 3");
  return seeds;
}

size_t find_arm(const std::vector<Arm>& arms, const std::string& name) {
  std::vector<std::string> names;
  for (size_t i = 0; i < arms.size(); ++i) {
    if (arms[i].name == name) return i;
    names.push_back(arms[i].name);
  }
  throw Error("baseline: no arm \"" + name + "\"" + did_you_mean(name, names) +
              "\n  possible are: " + join(names, ", "));
}

Arm make_arm(const ArmLine& line, const TrainConfig& common) {
  Arm arm = {line.name, common};
  std::set<std::string> seen;
  for (const auto& [key, value] : line.keys) {
    if (!seen.insert(key).second) throw Error("key \"" + key + "\" is given twice");
    set_key(arm.config, key, value);
  }
  complete_from_optimizer(arm.config, arm.config.given);
  check_config(arm.config);
  check_image_size(arm.config, /*named=*/false);
  return arm;
}

}  // namespace

Ablation parse_ablation(const std::string& text, const std::string& path) {
  Ablation ablation;
  TrainConfig common;
  std::vector<ArmLine> arm_lines;
  std::set<std::string> seen;
  std::string baseline;
  int baseline_line = 0;
  for (const ConfigLine& line : config_lines(text)) {
    try {
      if (is_arm(line.text)) {
        arm_lines.push_back(parse_arm(line));
        if (!seen.insert(kArm + " " + arm_lines.back().name).second) {
          throw Error("arm \"" + arm_lines.back().name + "\" is given twice");
        }
        continue;
      }
      const auto [key, value] = key_and_value(line.text);
      if (!seen.insert(key).second) throw Error("key \"" + key + "\" is given twice");
      check_key(key);
      if (key == "seeds") {
        ablation.seeds = parse_seeds(value);
      } else if (key == "baseline") {
        baseline = value;
        baseline_line = line.number;
      } else {
        set_key(common, key, value);
      }
    } catch (const Error& error) {
      refuse(path, line.number, error.what());
    }
  }
  if (arm_lines.empty()) throw FileError(path, "no arms, expected lines arm NAME: key = value; key = value");
  if (ablation.seeds.empty()) throw FileError(path, "no seeds, expected a line seeds = 1 2 3");
  for (const ArmLine& arm : arm_lines) {
    try {
      ablation.arms.push_back(make_arm(arm, common));
    } catch (const Error& error) {
      refuse(path, arm.line.number, "arm " + arm.name + ": " + error.what());
    }
  }
  if (baseline_line > 0) {
    try {
      ablation.baseline = find_arm(ablation.arms, baseline);
    } catch (const Error& error) {
      refuse(path, baseline_line, error.what());
    }
  }
  return ablation;
}

std::string run_path(const std::string& out, const std::string& arm, int64_t seed) {
  return out + "/" + arm + "/seed-" + std::to_string(seed);
}

std::vector<AblationRun> runs_of(const Ablation& ablation, const std::string& out) {
  std::vector<AblationRun> runs;
  for (const int64_t seed : ablation.seeds) {
    for (const Arm& arm : ablation.arms) {
      runs.push_back({arm.name, arm.config});
      runs.back().config.seed = seed;
      runs.back().config.out = run_path(out, arm.name, seed);
    }
  }
  return runs;
}

}  // namespace eca
