#include "layers/attention/attention.hpp"

#include <optional>

#include "core/closest_name.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "layers/attention/eca.hpp"
#include "layers/attention/se.hpp"

namespace eca {

namespace {

using Maker = std::unique_ptr<Module> (*)(OptionText& options, int64_t channels);

std::unique_ptr<Module> make_none(OptionText& options, int64_t) {
  options.finish();
  return nullptr;
}

std::unique_ptr<Module> make_se(OptionText& options, int64_t channels) {
  const SEOptions chosen = {.r = options.integer("r", 16), .bias = options.boolean("bias", false)};
  options.finish();
  return std::make_unique<SE>(channels, chosen);
}

std::unique_ptr<Module> make_eca(OptionText& options, int64_t channels) {
  std::optional<int64_t> k;
  if (options.word("k", "adaptive") != "adaptive") k = options.integer("k", 0);
  options.finish();
  return std::make_unique<ECA>(channels, k);
}

struct Entry {
  AttentionKind kind;
  Maker make;
};

// To add a module: one file in layers/attention/, one line here.
const std::vector<Entry>& entries() {
  static const std::vector<Entry> all = {
      {{"none", "", "no attention"}, make_none},
      {{"se", "r=N (16), bias=true|false (false)", "squeeze-and-excitation, arXiv 1709.01507"}, make_se},
      {{"eca", "k=ODD|adaptive (adaptive)", "efficient channel attention, arXiv 1910.03151"}, make_eca},
  };
  return all;
}

const Entry& find_entry(const std::string& name) {
  std::vector<std::string> names;
  for (const Entry& entry : entries()) {
    if (entry.kind.name == name) return entry;
    names.push_back(entry.kind.name);
  }
  throw Error("attention: unknown module \"" + name + "\"" + did_you_mean(name, names) +
              "\n  possible are: " + join(names, ", "));
}

}  // namespace

const std::vector<AttentionKind>& attention_kinds() {
  static const std::vector<AttentionKind> kinds = [] {
    std::vector<AttentionKind> all;
    for (const Entry& entry : entries()) all.push_back(entry.kind);
    return all;
  }();
  return kinds;
}

std::unique_ptr<Module> make_attention(const std::string& text, int64_t channels) {
  OptionText options(text);
  return find_entry(options.name()).make(options, channels);
}

std::string attention_name(const std::string& text) { return find_entry(OptionText(text).name()).kind.name; }

}  // namespace eca
