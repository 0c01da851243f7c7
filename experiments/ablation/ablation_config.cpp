#include "experiments/ablation/ablation_config.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/config_lines.hpp"

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

Arm make_arm(const ArmLine& line, const RunConfig& common, const std::string& data,
             const AblationTask& task) {
  std::shared_ptr<RunConfig> config = common.copy();
  Arm arm = {.name = line.name, .config = config, .data = data};
  std::set<std::string> seen;
  for (const auto& [key, value] : line.keys) {
    if (!seen.insert(key).second) throw Error("key \"" + key + "\" is given twice");
    set_key(*config, key, value);
    if (key == "data") arm.data = value;
  }
  task.complete_and_check(*config);
  return arm;
}

// A line of the whole ablation: one of its own keys, or one of the training's.
struct CommonLine {
  int number;
  KeyValue pair;
};

bool is_own_key(const std::string& key) { return key == "task" || key == "seeds" || key == "baseline"; }

// Those of the first arm that all others have too.
std::vector<Score> shared_scores(const std::vector<Arm>& arms, const AblationTask& task) {
  std::vector<Score> shared = task.scores(*arms.front().config);
  for (const Arm& arm : arms) {
    const std::vector<Score> here = task.scores(*arm.config);
    std::erase_if(shared, [&](const Score& score) {
      return std::none_of(here.begin(), here.end(),
                          [&](const Score& other) { return other.column == score.column; });
    });
  }
  return shared;
}

}  // namespace

Ablation parse_ablation(const std::string& text, const std::string& path) {
  Ablation ablation;
  std::vector<ArmLine> arm_lines;
  std::vector<CommonLine> common_lines;
  std::set<std::string> seen;
  const auto at_line = [&](int number, const auto& parse) {
    try {
      parse();
    } catch (const Error& error) {
      refuse(path, number, error.what());
    }
  };
  const auto once = [&](const std::string& name, const std::string& text_of_it) {
    if (!seen.insert(name).second) throw Error(text_of_it + " is given twice");
  };
  for (const ConfigLine& line : config_lines(text)) {
    at_line(line.number, [&] {
      if (is_arm(line.text)) {
        arm_lines.push_back(parse_arm(line));
        const std::string& name = arm_lines.back().name;
        once(kArm + " " + name, "arm \"" + name + "\"");
      } else {
        common_lines.push_back({line.number, key_and_value(line.text)});
        const auto& [key, value] = common_lines.back().pair;
        once(key, "key \"" + key + "\"");
        check_key(key);
        if (key == "task") ablation.task = &ablation_task(value);  // which says what the other keys can be
        if (key == "seeds") ablation.seeds = parse_seeds(value);
      }
    });
  }
  const std::unique_ptr<RunConfig> common = ablation.task->defaults();
  std::string data = common->data;
  for (const CommonLine& line : common_lines) {
    if (is_own_key(line.pair.key)) continue;
    at_line(line.number, [&] { set_key(*common, line.pair.key, line.pair.value); });
    if (line.pair.key == "data") data = line.pair.value;
  }
  if (arm_lines.empty()) throw FileError(path, "no arms, expected lines arm NAME: key = value; key = value");
  if (ablation.seeds.empty()) throw FileError(path, "no seeds, expected a line seeds = 1 2 3");
  for (const ArmLine& arm : arm_lines) {
    try {
      ablation.arms.push_back(make_arm(arm, *common, data, *ablation.task));
    } catch (const Error& error) {
      refuse(path, arm.line.number, "arm " + arm.name + ": " + error.what());
    }
  }
  for (const CommonLine& line : common_lines) {
    if (line.pair.key != "baseline") continue;
    at_line(line.number, [&] { ablation.baseline = find_arm(ablation.arms, line.pair.value); });
  }
  ablation.scores = shared_scores(ablation.arms, *ablation.task);
  return ablation;
}

std::string run_path(const std::string& runs, const std::string& arm, int64_t seed) {
  return runs + "/" + arm + "/seed-" + std::to_string(seed);
}

std::string record_path(const std::string& out, const std::string& arm, int64_t seed) {
  return run_path(out + "/records", arm, seed) + ".json";
}

std::vector<AblationRun> runs_of(const Ablation& ablation, const std::string& out, const std::string& runs) {
  std::vector<AblationRun> all;
  for (const int64_t seed : ablation.seeds) {
    for (const Arm& arm : ablation.arms) {
      std::shared_ptr<RunConfig> config = arm.config->copy();
      config->seed = seed;
      config->out = run_path(runs, arm.name, seed);
      all.push_back({arm.name, config, record_path(out, arm.name, seed)});
    }
  }
  return all;
}

}  // namespace eca
