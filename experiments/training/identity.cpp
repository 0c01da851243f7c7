#include "experiments/training/identity.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>

#include "core/base/error.hpp"
#include "core/base/real.hpp"
#include "core/base/text.hpp"
#include "core/files/sha256.hpp"

namespace eca {

namespace {

template <typename T>
std::string digest(const std::vector<T>& values) {
  return sha256_hex({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)});
}

SplitIdentity split_identity(const ImageSet& set) {
  return {.images = images_per_class(set),
          .labels = digest(set.labels),
          .pixels = set.fingerprint ? kOfFiles + set.fingerprint() : digest(set.pixels)};
}

std::string shape_text(const ImageSet& set) {
  return std::to_string(set.height) + "x" + std::to_string(set.width) + "x" + std::to_string(set.channels);
}

std::string difference(const std::string& what, const std::string& expected, const std::string& found) {
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("nothing") : text; };
  return what + ": expected " + shown(expected) + ", found " + shown(found);
}

bool holds(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Names that are there no more, and new ones; or their order.
void compare_classes(const Identity& expected, const Identity& found, std::vector<std::string>& lines) {
  if (expected.classes == found.classes) return;
  const size_t before = lines.size();
  for (const std::string& name : expected.classes) {
    if (!holds(found.classes, name)) lines.push_back("classes: \"" + name + "\" is missing");
  }
  for (const std::string& name : found.classes) {
    if (!holds(expected.classes, name)) lines.push_back("classes: \"" + name + "\" is new");
  }
  if (lines.size() == before)
    lines.push_back(
        difference("order of the classes", join(expected.classes, ", "), join(found.classes, ", ")));
}

// Images of each class by its name; 0 of a class that is not there.
int64_t images_of(const std::string& name, const std::vector<std::string>& classes,
                  const SplitIdentity& split) {
  const auto at = static_cast<size_t>(std::find(classes.begin(), classes.end(), name) - classes.begin());
  return at < split.images.size() ? split.images[at] : 0;
}

void compare_split(const std::string& name, const Identity& expected, const Identity& found,
                   SplitIdentity Identity::*split, std::vector<std::string>& lines) {
  const SplitIdentity &then = expected.*split, &now = found.*split;
  std::vector<std::string> classes = expected.classes;
  for (const std::string& added : found.classes) {
    if (!holds(classes, added)) classes.push_back(added);
  }
  const size_t before = lines.size();
  for (const std::string& label : classes) {
    const int64_t a = images_of(label, expected.classes, then), b = images_of(label, found.classes, now);
    if (a != b) {
      lines.push_back(
          difference(name + " images of class \"" + label + "\"", std::to_string(a), std::to_string(b)));
    }
  }
  if (lines.size() != before) return;  // other numbers of images, so of course other bytes
  if (then.labels != now.labels)
    lines.push_back(name + " labels: as many of each class, but other ones or in another order");
  if (then.pixels == now.pixels) return;
  if (now.pixels.starts_with(kOfFiles) && !then.pixels.starts_with(kOfFiles)) {
    lines.push_back(
        name +
        " images: as many of each class; an earlier version recorded their pixels, this one their files, so "
        "that they cannot be compared");
  } else {
    lines.push_back(name + " images: as many of each class, but other pixels or in another order");
  }
}

}  // namespace

std::map<std::string, std::string> settings_of(const RunConfig& config) {
  std::map<std::string, std::string> settings = {{"real", kRealName}};
  for (const ConfigKey& key : config.keys()) {
    if (key.decides_numbers && key.name != "data") settings[key.name] = key.get(config);
  }
  return settings;
}

Identity identity_of(const TrainConfig& config, const Dataset& data,
                     const std::map<std::string, std::string>& arithmetic) {
  return {.settings = settings_of(config),
          .classes = data.train.classes,
          .image_shape = shape_text(data.train),
          .train = split_identity(data.train),
          .test = split_identity(data.test),
          .arithmetic = arithmetic,
          .earlier_epochs = {},
          .earlier_data = {}};
}

// Compares every key of either map; one that is missing has the value that `missing` gives it.
static std::vector<std::string> compare_maps(const std::map<std::string, std::string>& expected,
                                             const std::map<std::string, std::string>& found,
                                             const std::map<std::string, std::string>& missing) {
  const auto value = [&](const auto& map, const std::string& key) {
    if (const auto at = map.find(key); at != map.end()) return at->second;
    const auto at = missing.find(key);
    return at == missing.end() ? std::string() : at->second;
  };
  std::map<std::string, std::string> all = expected;
  all.insert(found.begin(), found.end());
  std::vector<std::string> lines;
  for (const auto& [key, unused] : all) {
    const std::string then = value(expected, key), now = value(found, key);
    if (then != now) lines.push_back(difference(key, then, now));
  }
  return lines;
}

std::vector<std::string> setting_differences(const std::map<std::string, std::string>& expected,
                                             const std::map<std::string, std::string>& found,
                                             const std::map<std::string, std::string>& defaults) {
  return compare_maps(expected, found, defaults);
}

std::vector<std::string> data_differences(const Identity& expected, const Identity& found) {
  std::vector<std::string> lines;
  if (expected.image_shape != found.image_shape)
    lines.push_back(difference("shape of the images", expected.image_shape, found.image_shape));
  compare_classes(expected, found, lines);
  compare_split("training", expected, found, &Identity::train, lines);
  compare_split("test", expected, found, &Identity::test, lines);
  for (const std::string& line : compare_maps(expected.sets, found.sets, {})) lines.push_back(line);
  return lines;
}

bool same_form(const Identity& a, const Identity& b) {
  return a.image_shape == b.image_shape && a.classes == b.classes;
}

static std::string split_text(const std::string& name, const SplitIdentity& split) {
  const int64_t images = std::accumulate(split.images.begin(), split.images.end(), int64_t{0});
  return std::to_string(images) + " " + name + " images (labels " + split.labels + ", pixels " +
         split.pixels + ")";
}

std::string data_text(const Identity& identity) {
  if (!identity.sets.empty()) {
    std::vector<std::string> texts;
    for (const auto& [name, text] : identity.sets) texts.push_back(name + " " + text);
    return join(texts, ", ");
  }
  return split_text("training", identity.train) + ", " + split_text("test", identity.test);
}

std::vector<std::string> arithmetic_differences(const Identity& expected, const Identity& found) {
  return compare_maps(expected.arithmetic, found.arithmetic, {});
}

static nlohmann::json to_json(const SplitIdentity& split) {
  return {{"images", split.images}, {"labels", split.labels}, {"pixels", split.pixels}};
}

static SplitIdentity split_from_json(const nlohmann::json& json) {
  return {.images = json.at("images"), .labels = json.at("labels"), .pixels = json.at("pixels")};
}

std::string to_text(const Identity& identity) {
  return nlohmann::json{{"settings", identity.settings},        {"classes", identity.classes},
                        {"image_shape", identity.image_shape},  {"train", to_json(identity.train)},
                        {"test", to_json(identity.test)},       {"sets", identity.sets},
                        {"arithmetic", identity.arithmetic},    {"earlier_epochs", identity.earlier_epochs},
                        {"earlier_data", identity.earlier_data}}
      .dump();
}

Identity identity_from_text(const std::string& text) {
  try {
    const auto json = nlohmann::json::parse(text);
    return {.settings = json.at("settings"),
            .classes = json.at("classes"),
            .image_shape = json.at("image_shape"),
            .train = split_from_json(json.at("train")),
            .test = split_from_json(json.at("test")),
            .sets = json.value("sets", std::map<std::string, std::string>()),
            .arithmetic = json.at("arithmetic"),
            .earlier_epochs = json.at("earlier_epochs"),
            .earlier_data = json.value("earlier_data", std::vector<std::string>())};
  } catch (const nlohmann::json::exception& error) {
    throw Error(std::string("its \"identity\" is not readable: ") + error.what());
  }
}

}  // namespace eca
