#include "models/stage_attention.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

static bool has_digit_per_stage(const std::string& k) {
  return k.size() >= 3 && std::all_of(k.begin(), k.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string stage_attention(const std::string& text, size_t stage, size_t stages) {
  const std::string k = OptionText(text).word("k", "");
  if (!has_digit_per_stage(k)) return text;
  if (k.size() != stages) {
    throw Error("attention \"" + text + "\": k = " + k + " names " + std::to_string(k.size()) +
                " stages, expected one digit for each of the " + std::to_string(stages) +
                " stages of this network, or one k for all of them");
  }
  std::string one = text;
  return one.replace(one.find("k=" + k), 2 + k.size(), std::string("k=") + k[stage]);
}

}  // namespace eca
