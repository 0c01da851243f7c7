#include "experiments/training/run_config.hpp"

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/optim/schedule.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/training/optimizers.hpp"

namespace eca {

void set_key(RunConfig& config, const std::string& key, const std::string& value) {
  std::vector<std::string> names;
  for (const ConfigKey& known : config.keys()) {
    if (known.name == key) {
      known.set(config, value);
      config.given.insert(key);
      return;
    }
    names.push_back(known.name);
  }
  throw Error("unknown key \"" + key + "\"" + did_you_mean(key, names) +
              "\n  possible are: " + join(names, ", "));
}

void read_config_text(RunConfig& config, const std::string& text, const std::string& path) {
  std::set<std::string> seen;
  for (const ConfigLine& line : config_lines(text)) {
    try {
      const auto [key, value] = key_and_value(line.text);
      if (!seen.insert(key).second) throw Error("key \"" + key + "\" is given twice");
      set_key(config, key, value);
    } catch (const Error& error) {
      throw FileError(path, "line " + std::to_string(line.number) + ": " + error.what());
    }
  }
}

void read_config_file(RunConfig& config, const std::string& path) {
  read_config_text(config, read_config_bytes(path), path);
}

std::string to_text(const RunConfig& config) {
  std::string text;
  for (const ConfigKey& key : config.keys()) {
    if (optimizer_uses(config.optimizer, key.name)) text += key.name + " = " + key.get(config) + "\n";
  }
  return text;
}

void check_run_config(const RunConfig& config) {
  for (const ConfigKey& key : config.keys()) {
    if (fits_a_line(key.get(config))) continue;
    throw Error(
        key.name + ": \"" + key.get(config) +
        "\" cannot stand in config.txt, where '#' at the beginning or behind a blank starts a comment: "
        "expected one line without that, and without blanks around it");
  }
  constexpr double kMany = 1e9;
  check_range("epochs", static_cast<double>(config.epochs), 1, kMany, "at least 1 and at most 1e9");
  check_range("steps", static_cast<double>(config.steps), 0, kMany, "at least 0 and at most 1e9");
  check_range("batch-size", static_cast<double>(config.batch_size), 1, kMany, "at least 1 and at most 1e9");
  check_range("lr", config.lr, 0, 1e30, "0 to 1e30");
  check_range("momentum", config.momentum, 0, 0.999999, "0 <= momentum < 1");
  check_range("weight-decay", config.weight_decay, 0, kMany, "at least 0");
  check_range("seed", static_cast<double>(config.seed), 0, 9e18, "at least 0");
  check_range("threads", static_cast<double>(config.threads), 0, 1024, "0 to 1024");
  check_range("evaluate-every", static_cast<double>(config.evaluate_every), 1, kMany,
              "at least 1 and at most 1e9");
  check_range("checkpoint-every", config.checkpoint_every, 0, kMany, "at least 0 seconds");
  check_optimizer(config.optimizer);
  parse_schedule(config.schedule);
  parse_kernel_mode(config.kernels);
  parse_ops_mode(config.ops);
}

}  // namespace eca
