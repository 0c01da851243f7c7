#include "layers/attention/attention.hpp"

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"

// The registry: a line for each module, in the order in which they are listed. module(se) says that a file of this
// folder defines `AttentionKind se_kind()`. A list that is written out, because the linker leaves out of a program
// what only registers itself in a library.
// clang-format off
#define ATTENTION_MODULES(module) \
  module(se)           \
  module(se_var1)      \
  module(se_var2)      \
  module(se_var3)      \
  module(se_gc1)       \
  module(se_gc2)       \
  module(se_gc3)       \
  module(eca_ns)       \
  module(eca)          \
  module(eca_circular) \
  module(eca_permuted) \
  module(cbam)         \
  module(gct)          \
  module(srm)          \
  module(simam)        \
  module(coord)        \
  module(ge)           \
// clang-format on

namespace eca {

#define DECLARE(name) AttentionKind name##_kind();
ATTENTION_MODULES(DECLARE)
#undef DECLARE

static std::unique_ptr<Module> make_none(AttentionOptions&, int64_t) { return nullptr; }

const std::vector<AttentionKind>& attention_kinds() {
#define ENTRY(name) name##_kind(),
  static const std::vector<AttentionKind> kinds = {
      {.name = "none", .description = "no attention", .options = {}, .make = make_none},
      ATTENTION_MODULES(ENTRY)};
#undef ENTRY
  return kinds;
}

static const AttentionKind& find_kind(const std::string& name) {
  std::vector<std::string> names;
  for (const AttentionKind& kind : attention_kinds()) {
    if (kind.name == name) return kind;
    names.push_back(kind.name);
  }
  throw Error("attention: unknown module \"" + name + "\"" + did_you_mean(name, names) +
              "\n  possible are: " + join(names, ", "));
}

std::unique_ptr<Module> make_attention(const std::string& text, int64_t channels) {
  const AttentionKind& kind = find_kind(OptionText(text).name());
  AttentionOptions options(kind, text);
  return kind.make(options, channels);
}

std::string attention_name(const std::string& text) { return find_kind(OptionText(text).name()).name; }

}  // namespace eca
