// The attention modules by name: what "--attention eca:k=5" means.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "layers/attention/attention_kind.hpp"

namespace eca {

// Every module there is, "none" first.
const std::vector<AttentionKind>& attention_kinds();

// A module (N,H,W,C) -> (N,H,W,C) for C channels from text such as "eca", "eca:k=5", "se:r=8,bias=true"; null for
// "none". Throws Error on an unknown module or option, with the list of what is possible.
std::unique_ptr<Module> make_attention(const std::string& text, int64_t channels);

// Name part of the text: "eca:k=5" -> "eca". Throws Error if unknown.
std::string attention_name(const std::string& text);

}  // namespace eca
