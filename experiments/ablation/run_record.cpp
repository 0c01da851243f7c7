#include "experiments/ablation/run_record.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "data/file_bytes.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/training/checkpoint_file.hpp"
#include "experiments/training/run_state.hpp"

namespace eca {

double RunRecord::last(const std::string& column) const {
  const Metrics row = last_metrics(metrics);
  const auto place = row.find(column);
  if (place == row.end()) throw Error("no column \"" + column + "\" in its metrics");
  return place->second;
}

// What follows "threads: " in environment.txt; 0 where nothing does.
static int64_t threads_of(const RunDirectory& directory) {
  const std::string key = "threads: ";
  std::ifstream file(directory.file("environment.txt"));
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key)) return whole_number(line.substr(key.size())).value_or(0);
  }
  return 0;
}

RunRecord record_of(const RunDirectory& directory, const AblationTask& task) {
  const Identity identity = read_identity(directory.file("last.safetensors"));
  return {.settings = identity.settings,
          .data = identity.train.pixels.empty() ? "" : data_text(identity),
          .arithmetic = identity.arithmetic,
          .weights_sha256 = sha256_of_file(directory.file("weights.safetensors")),
          .parameters = task.trained_parameters(directory.path()),
          .threads = threads_of(directory),
          .metrics = read_config_bytes(directory.file("metrics.csv"))};
}

std::string to_text(const RunRecord& record) {
  const nlohmann::ordered_json json = {{"settings", record.settings},
                                       {"data", record.data},
                                       {"arithmetic", record.arithmetic},
                                       {"parameters", record.parameters},
                                       {"threads", record.threads},
                                       {"metrics", split(record.metrics, '\n')},
                                       {"weights_sha256", record.weights_sha256}};
  return json.dump(1) + "\n";
}

RunRecord record_from_text(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    RunRecord record = {.settings = json.at("settings"),
                        .data = json.at("data"),
                        .arithmetic = json.at("arithmetic"),
                        .weights_sha256 = json.at("weights_sha256"),
                        .parameters = json.at("parameters"),
                        .threads = json.at("threads"),
                        .metrics = join(json.at("metrics").get<std::vector<std::string>>(), "\n")};
    if (last_metrics(record.metrics).empty()) throw Error("its metrics have no epoch");
    return record;
  } catch (const nlohmann::json::exception& error) {
    throw Error(std::string("is no record of a run: ") + error.what());
  }
}

RunRecord read_record(const std::string& path) {
  const std::string text = read_config_bytes(path);
  try {
    return record_from_text(text);
  } catch (const Error& error) {
    throw FileError(path, error.what());
  }
}

std::string made_with(const RunRecord& record) {
  std::string text;
  for (const auto& [name, label] : {std::pair("source", "program "),
                                    {"instruction set", ""},
                                    {"blas", ""},
                                    {"compiler", ""},
                                    {"gpu", ""}}) {
    const auto at = record.arithmetic.find(name);
    if (at != record.arithmetic.end()) text += (text.empty() ? "" : ", ") + std::string(label) + at->second;
  }
  return text + (record.data.empty() ? "" : "; " + record.data);
}

// Rows without what depends on the machine, the speed.
static std::vector<std::string> numbers_of(const std::string& metrics) {
  std::vector<std::string> rows = split(metrics, '\n');
  const std::vector<std::string> columns = split(rows.front(), ',');
  for (std::string& row : rows) {
    std::vector<std::string> kept, words = split(row, ',');
    for (size_t i = 0; i < words.size() && i < columns.size(); ++i) {
      if (columns[i] != "seconds" && columns[i] != "images_per_second") kept.push_back(words[i]);
    }
    row = join(kept, ",");
  }
  return rows;
}

std::vector<std::string> record_differences(const RunRecord& expected, const RunRecord& found) {
  std::vector<std::string> lines = setting_differences(expected.settings, found.settings, {});
  const auto compare = [&](const std::string& what, const std::string& then, const std::string& now) {
    if (then != now) lines.push_back(what + ": expected " + then + ", found " + now);
  };
  compare("data", expected.data, found.data);
  const std::vector<std::string> then = numbers_of(expected.metrics), now = numbers_of(found.metrics);
  for (size_t i = 1; i < std::max(then.size(), now.size()) && lines.empty();
       ++i) {  // the first epoch says enough
    compare("epoch " + std::to_string(i), i < then.size() ? then[i] : "none",
            i < now.size() ? now[i] : "none");
  }
  compare("weights sha256", expected.weights_sha256, found.weights_sha256);
  return lines;
}

}  // namespace eca
