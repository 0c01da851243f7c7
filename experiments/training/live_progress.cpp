#include "experiments/training/live_progress.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/common/format.hpp"

namespace eca {

using namespace std::chrono_literals;

bool LiveProgressFile::is_due() const { return !last_ || std::chrono::steady_clock::now() - *last_ >= 1s; }

static std::string text_of(const LiveProgress& p) {
  const auto whole = [](const char* key, int64_t value) {
    return format("%s = %lld\n", key, static_cast<long long>(value));
  };
  return whole("epoch", p.epoch) + whole("batch", p.batch) + whole("batches", p.batches) +
         whole("step", p.step) + whole("steps", p.steps) + format("loss = %.6g\n", p.loss) +
         (p.accuracy ? format("accuracy = %.6g\n", *p.accuracy) : "") +
         format("images-per-second = %.6g\n", p.images_per_second) +
         format("seconds-left = %.6g\n", p.seconds_left);
}

void LiveProgressFile::write(const LiveProgress& progress) {
  last_ = std::chrono::steady_clock::now();
  const std::string temporary = path_ + ".tmp";
  std::ofstream file(temporary, std::ios::binary);
  file << text_of(progress);
  file.close();
  std::error_code ignored;
  if (file) {
    std::filesystem::rename(temporary, path_, ignored);
  } else {
    std::filesystem::remove(temporary, ignored);
  }
}

void LiveProgressFile::remove() const {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

std::optional<LiveProgress> read_live_progress(const RunDirectory& directory) {
  std::ifstream file(directory.file("progress.txt"), std::ios::binary);
  std::stringstream text;
  if (!file || !(text << file.rdbuf())) return std::nullopt;
  std::map<std::string, std::string> values;
  try {
    for (const ConfigLine& line : config_lines(text.str())) {
      const auto [key, value] = key_and_value(line.text);
      values[key] = value;
    }
  } catch (const Error&) {
    return std::nullopt;
  }
  bool all = true;
  const auto number = [&](const char* key) {
    const auto value = finite_number(values[key]);
    all = all && value.has_value() && std::abs(*value) < 1e15;
    return all ? *value : 0;
  };
  const auto whole = [&](const char* key) { return static_cast<int64_t>(number(key)); };
  const LiveProgress progress = {
      .epoch = whole("epoch"),
      .batch = whole("batch"),
      .batches = whole("batches"),
      .step = whole("step"),
      .steps = whole("steps"),
      .loss = number("loss"),
      .accuracy = values.contains("accuracy") ? std::optional(number("accuracy")) : std::nullopt,
      .images_per_second = number("images-per-second"),
      .seconds_left = number("seconds-left")};
  if (!all || progress.batches < 1 || progress.steps < 1) return std::nullopt;
  return progress;
}

}  // namespace eca
