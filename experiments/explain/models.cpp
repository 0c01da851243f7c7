#include "experiments/explain/models.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "layers/attention/attention.hpp"
#include "models/weights_fit.hpp"

namespace eca {

namespace {

// "resnet20+eca:k=5" -> network and attention.
void name_network(ModelWishes& wishes, const std::string& network) {
  const size_t plus = network.find('+');
  wishes.model = network.substr(0, plus);
  if (plus != std::string::npos) wishes.attention = network.substr(plus + 1);
}

[[noreturn]] void throw_unnamed(const std::string& path, const TensorFile& weights) {
  std::vector<std::string> ways;
  for (const std::string& network : networks_that_fit(weights)) ways.push_back(network + "=" + path);
  throw FileError(path,
                  "does not say which network it belongs to, as files of other programs do not; expected " +
                      (ways.empty() ? "--compare NETWORK=" + path + ", see `eca list`"
                                    : "--compare " + join(ways, " or ") + ", which fits"));
}

std::string some_of(const std::vector<std::string>& names, int64_t count) {
  const size_t shown = std::min<size_t>(names.size(), 10);
  const std::vector<std::string> first(names.begin(), names.begin() + static_cast<int64_t>(shown));
  return std::to_string(count) + " classes" +
         (names.empty() ? "" : " (" + join(first, ", ") + (names.size() > shown ? ", ...)" : ")"));
}

std::string described(const ExplainedModel& model) {
  const ModelCard& card = model.model.card;
  return model.path + " has " + std::to_string(card.model.in_channels) + " channels and " +
         some_of(card.classes, card.model.classes);
}

// How much of all paths is the same, up to a '/'.
size_t shared_length(const std::vector<ExplainedModel>& models) {
  const std::string& first = models[0].path;
  size_t length = first.size();
  for (const ExplainedModel& model : models) {
    const auto [a, b] = std::ranges::mismatch(first, model.path);
    length = std::min(length, static_cast<size_t>(a - first.begin()));
  }
  return length == 0 ? 0 : first.rfind('/', length - 1) + 1;  // npos + 1 is 0
}

}  // namespace

ComparedWeights parse_compared(const std::string& text) {
  namespace fs = std::filesystem;
  if (fs::exists(text)) return {"", text};
  for (size_t i = text.find('='); i != std::string::npos; i = text.find('=', i + 1)) {
    if (i > 0 && i + 1 < text.size() && fs::exists(text.substr(i + 1)))
      return {text.substr(0, i), text.substr(i + 1)};
  }
  throw Error("explain: --compare " + text +
              ": there is no such file or folder; expected a run, a file of weights, or NETWORK=FILE");
}

ExplainedModel load_compared(const std::string& text, const ModelWishes& wishes) {
  const ComparedWeights compared = parse_compared(text);
  ModelWishes own;
  if (compared.network.empty()) {
    TensorFile weights = read_safetensors(find_weights(compared.path));
    drop_shared_prefix(weights);
    if (!has_card(weights)) throw_unnamed(compared.path, weights);
  } else {
    own = wishes;
    own.attention = own.shortcut = "";
    name_network(own, compared.network);
  }
  ExplainedModel loaded = {compared.path, load_model(compared.path, own)};
  for (const std::string& note : loaded.model.notes)
    std::fprintf(stderr, "%s: %s\n", compared.path.c_str(), note.c_str());
  return loaded;
}

void make_comparable(std::vector<ExplainedModel>& models) {
  const auto named = std::ranges::find_if(
      models, [](const ExplainedModel& model) { return !model.model.card.classes.empty(); });
  for (ExplainedModel& other : models) {
    const ModelCard& first = models[0].model.card;
    ModelCard& card = other.model.card;
    if (named != models.end() && card.classes.empty() &&
        card.model.classes == named->model.card.model.classes)
      card.classes = named->model.card.classes;
    if (card.classes == first.classes && card.model.classes == first.model.classes &&
        card.model.in_channels == first.model.in_channels)
      continue;
    throw Error("explain: --compare needs networks of the same classes and channels; " +
                described(models[0]) + ", " + described(other));
  }
}

std::string network_title(const ModelConfig& config) {
  const std::string attention = resolved_attention(config), module = attention_name(attention);
  const std::string& base = family_of(config.name).base;
  const std::string name = module == "none" ? base : module + "_" + base;
  return name + (attention.size() > module.size() ? " " + attention.substr(module.size() + 1) : "");
}

std::vector<std::string> titles_of(const std::vector<ExplainedModel>& models) {
  std::vector<std::string> networks, titles;
  for (const ExplainedModel& model : models) networks.push_back(network_title(model.model.card.model));
  const size_t shared = shared_length(models);
  for (size_t r = 0; r < models.size(); ++r) {
    const bool alone = std::ranges::count(networks, networks[r]) == 1;
    titles.push_back(alone ? networks[r] : networks[r] + " " + models[r].path.substr(shared));
  }
  return titles;
}

}  // namespace eca
