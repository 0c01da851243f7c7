#include "layers/attention/attention_kind.hpp"

#include "core/base/error.hpp"

namespace eca {

// "se:r=16,bias=false"
static std::string all_fallbacks(const AttentionKind& kind) {
  std::vector<std::string> all;
  for (const AttentionOption& option : kind.options) all.push_back(option.key + "=" + option.fallback);
  return kind.name + (all.empty() ? "" : ":") + join(all, ",");
}

AttentionOptions::AttentionOptions(const AttentionKind& kind, const std::string& text)
    : written_(text), fallbacks_(all_fallbacks(kind)) {
  for (const AttentionOption& option : kind.options) written_.has(option.key);
  written_.finish();
}

bool AttentionOptions::is_written(const std::string& key) { return &holder(key) == &written_; }

OptionText& AttentionOptions::holder(const std::string& key) {
  if (written_.has(key)) return written_;
  if (fallbacks_.has(key)) return fallbacks_;
  throw Error(name() + ": its entry declares no option \"" + key + "\", and its maker asks for it");
}

int64_t AttentionOptions::integer(const std::string& key) { return holder(key).integer(key, 0); }

int64_t AttentionOptions::at_least(const std::string& key, int64_t least) {
  const int64_t value = integer(key);
  if (value >= least) return value;
  throw Error(name() + ": " + key + " = " + std::to_string(value) + ", expected at least " +
              std::to_string(least));
}

int64_t AttentionOptions::odd(const std::string& key) {
  const int64_t value = integer(key);
  if (value >= 1 && value % 2 == 1) return value;
  throw Error(name() + ": " + key + " = " + std::to_string(value) + ", expected an odd number");
}

double AttentionOptions::number(const std::string& key) { return holder(key).number(key, 0); }

bool AttentionOptions::boolean(const std::string& key) { return holder(key).boolean(key, false); }

std::string AttentionOptions::word(const std::string& key) { return holder(key).word(key, ""); }

}  // namespace eca
