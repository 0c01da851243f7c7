#include "layers/attention/attention.hpp"

#include <optional>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "layers/attention/cbam.hpp"
#include "layers/attention/coord.hpp"
#include "layers/attention/eca.hpp"
#include "layers/attention/eca_circular.hpp"
#include "layers/attention/eca_ns.hpp"
#include "layers/attention/eca_permuted.hpp"
#include "layers/attention/gct.hpp"
#include "layers/attention/ge.hpp"
#include "layers/attention/se.hpp"
#include "layers/attention/se_gc.hpp"
#include "layers/attention/se_var1.hpp"
#include "layers/attention/se_var2.hpp"
#include "layers/attention/se_var3.hpp"
#include "layers/attention/simam.hpp"
#include "layers/attention/srm.hpp"

namespace eca {

namespace {

using Maker = std::unique_ptr<Module> (*)(OptionText& options, int64_t channels);

std::unique_ptr<Module> make_none(OptionText& options, int64_t) {
  options.finish();
  return nullptr;
}

// ---- squeeze-and-excitation and its variants ----

std::unique_ptr<Module> make_se(OptionText& options, int64_t channels) {
  const SEOptions chosen = {.r = options.integer("r", 16), .bias = options.boolean("bias", false)};
  options.finish();
  return std::make_unique<SE>(channels, chosen);
}

std::unique_ptr<Module> make_se_var1(OptionText& options, int64_t) {
  options.finish();
  return std::make_unique<SEVar1>();
}

int64_t divided(const std::string& name, int64_t channels, int64_t by) {
  if (channels % by == 0 && channels > 0) return channels / by;
  throw Error(name + ": " + std::to_string(channels) + " channels, expected a multiple of " +
              std::to_string(by));
}

std::unique_ptr<Module> make_se_gc1(OptionText& options, int64_t channels) {
  options.finish();
  divided("se_gc1", channels, 16);
  return std::make_unique<SEGC>(channels, /*groups=*/16);
}

std::unique_ptr<Module> make_se_gc2(OptionText& options, int64_t channels) {
  options.finish();
  return std::make_unique<SEGC>(channels, /*groups=*/divided("se_gc2", channels, 16));
}

std::unique_ptr<Module> make_se_gc3(OptionText& options, int64_t channels) {
  options.finish();
  return std::make_unique<SEGC>(channels, /*groups=*/divided("se_gc3", channels, 8));
}

// ---- efficient channel attention and its variants ----

std::optional<int64_t> fixed_k(OptionText& options) {
  if (options.word("k", "adaptive") == "adaptive") return std::nullopt;
  return options.integer("k", 0);
}

std::unique_ptr<Module> make_eca(OptionText& options, int64_t channels) {
  const std::optional<int64_t> k = fixed_k(options);
  const bool rule_given = !options.word("gamma", "").empty() || !options.word("b", "").empty();
  const AdaptiveRule rule = {.gamma = options.integer("gamma", 2), .b = options.integer("b", 1)};
  options.finish();
  if (k && rule_given) {
    throw Error("eca: k = " + std::to_string(*k) +
                " and also gamma or b, which choose k; expected one of them");
  }
  return std::make_unique<ECA>(channels, k.value_or(adaptive_kernel_size(channels, rule)));
}

template <class WithK>
std::unique_ptr<Module> make_with_k(OptionText& options, int64_t channels) {
  const std::optional<int64_t> k = fixed_k(options);
  options.finish();
  return std::make_unique<WithK>(channels, k);
}

// ---- others ----

template <class Plain>
std::unique_ptr<Module> make_plain(OptionText& options, int64_t channels) {
  options.finish();
  return std::make_unique<Plain>(channels);
}

std::unique_ptr<Module> make_cbam(OptionText& options, int64_t channels) {
  const CBAMOptions chosen = {.r = options.integer("r", 16), .kernel = options.integer("kernel", 7)};
  options.finish();
  return std::make_unique<CBAM>(channels, chosen);
}

std::unique_ptr<Module> make_simam(OptionText& options, int64_t) {
  const double lambda = options.number("lambda", 1e-4);
  options.finish();
  return std::make_unique<SimAM>(lambda);
}

std::unique_ptr<Module> make_coord(OptionText& options, int64_t channels) {
  const int64_t r = options.integer("r", 32);
  options.finish();
  return std::make_unique<CoordinateAttention>(channels, r);
}

std::unique_ptr<Module> make_ge(OptionText& options, int64_t) {
  const bool global = options.word("extent", "global") == "global";
  const int64_t extent = global ? 1 : options.integer("extent", 1);
  options.finish();
  if (extent < 1) throw Error("ge: extent = " + std::to_string(extent) + ", expected global or at least 1");
  return std::make_unique<GatherExcite>(global ? 0 : extent);
}

struct Entry {
  AttentionKind kind;
  Maker make;
};

// To add a module: one file in layers/attention/, one line here.
const std::vector<Entry>& entries() {
  static const std::string k = "k=ODD|adaptive (adaptive)";
  static const std::vector<Entry> all = {
      {{"none", "", "no attention"}, make_none},
      {{"se", "r=N (16), bias=true|false (false)", "squeeze-and-excitation, arXiv 1709.01507"}, make_se},
      {{"se_var1", "", "SE-Var1, each channel by itself, no weights"}, make_se_var1},
      {{"se_var2", "", "SE-Var2, one weight a channel"}, make_plain<SEVar2>},
      {{"se_var3", "", "SE-Var3, a full matrix"}, make_plain<SEVar3>},
      {{"se_gc1", "", "SE-GC1, 16 groups of channels"}, make_se_gc1},
      {{"se_gc2", "", "SE-GC2, groups of 16 channels"}, make_se_gc2},
      {{"se_gc3", "", "SE-GC3, groups of 8 channels"}, make_se_gc3},
      {{"eca_ns", k, "ECA-NS, each channel with k weights of its own"}, make_with_k<ECANS>},
      {{"eca", k + ", gamma=N (2), b=N (1)", "efficient channel attention, arXiv 1910.03151"}, make_eca},
      {{"eca_circular", k, "ECA with the channels on a circle"}, make_with_k<ECACircular>},
      {{"eca_permuted", k, "ECA among neighbours drawn by lot, a control"}, make_with_k<ECAPermuted>},
      {{"cbam", "r=N (16), kernel=ODD (7)", "channels, then pixels, arXiv 1807.06521"}, make_cbam},
      {{"gct", "", "gated channel transformation, arXiv 1909.11519"}, make_plain<GCT>},
      {{"srm", "", "style-based recalibration, arXiv 1903.10829"}, make_plain<SRM>},
      {{"simam", "lambda=X (1e-4)", "SimAM, a gate for every value, no weights"}, make_simam},
      {{"coord", "r=N (32)", "coordinate attention, arXiv 2103.02907"}, make_coord},
      {{"ge", "extent=N|global (global)", "gather-excite without weights, arXiv 1810.12348"}, make_ge},
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
