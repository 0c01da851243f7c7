// The entry that the file of an attention module writes about it, and the options of one such module.
//
//   static std::unique_ptr<Module> make_se(AttentionOptions& options, int64_t channels) {
//     const int64_t hidden = std::max<int64_t>(1, channels / options.at_least("r", 1));
//     return std::make_unique<SE>(channels, hidden, options.boolean("bias"));
//   }
//
//   AttentionKind se_kind() {
//     return {.name = "se",
//             .description = "squeeze-and-excitation, arXiv 1709.01507",
//             .options = {{"r", "N", "16", "C/r hidden units"}, {"bias", "true|false", "false", "biases too"}},
//             .make = make_se};
//   }
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/text.hpp"
#include "layers/module.hpp"

namespace eca {

struct AttentionOption {
  std::string key;       // "r"
  std::string values;    // what may be written: "N", "ODD|adaptive", "true|false"
  std::string fallback;  // the value where nothing is written: "16"
  std::string meaning;   // a few words

  std::string syntax() const { return key + "=" + values + " (" + fallback + ")"; }
};

class AttentionOptions;

struct AttentionKind {
  std::string name;         // "eca", also the child's name in parameter paths
  std::string description;  // one line
  std::vector<AttentionOption> options;
  // The module for maps of so many channels. Throws Error where it cannot be had.
  std::unique_ptr<Module> (*make)(AttentionOptions& options, int64_t channels);
};

// The options of a text such as "se:r=8" for one kind of module: each as it is written, or else its fallback.
// Whoever asks for an option that the kind does not declare meets an Error.
class AttentionOptions {
 public:
  // Throws Error if the text has an option that the kind does not declare, with those that it does.
  AttentionOptions(const AttentionKind& kind, const std::string& text);

  const std::string& name() const { return written_.name(); }
  bool is_written(const std::string& key);
  // Each throws Error that names the option and what was expected.
  int64_t integer(const std::string& key);
  int64_t at_least(const std::string& key, int64_t least);
  int64_t odd(const std::string& key);  // and at least 1
  double number(const std::string& key);
  bool boolean(const std::string& key);
  std::string word(const std::string& key);

 private:
  OptionText& holder(const std::string& key);

  OptionText written_, fallbacks_;
};

// A module that has no options and is made from its number of channels alone.
template <class Plain>
std::unique_ptr<Module> make_plain(AttentionOptions&, int64_t channels) {
  return std::make_unique<Plain>(channels);
}

}  // namespace eca
