#include "data/detection/detection_data.hpp"

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/absolute_path.hpp"
#include "core/parallel/threads.hpp"
#include "data/by_threads.hpp"
#include "data/detection/coco_set.hpp"
#include "data/detection/scenes.hpp"
#include "data/pixel_sums.hpp"

namespace eca {

namespace {

DetectionData load_scenes(const std::string& argument, const DetectionLoadOptions& load) {
  OptionText text("scenes" + (argument.empty() ? "" : ":" + argument));
  const SceneOptions defaults;
  const SceneOptions options = {.train = text.integer("n", defaults.train),
                                .test = text.integer("test", defaults.test),
                                .size = text.integer("size", defaults.size),
                                .objects = text.integer("objects", defaults.objects),
                                .empty = text.number("empty", defaults.empty),
                                .seed = static_cast<uint64_t>(text.integer("seed", 1))};
  if (text.integer("seed", 1) < 0)
    throw Error("scenes: seed=" + text.word("seed", "") + ", expected 0 or more");
  const SceneItemKind kind = parse_scene_items(text.word("items", "auto"));
  text.finish();
  check_scenes(options);
  const SceneItems items = load_scene_items(kind);
  DetectionData data{.train = nullptr,
                     .test = std::make_shared<SceneSet>(options, SceneSet::Split::test, items.test),
                     .normalisation = {},
                     .name = "scenes"};
  if (!load.test_only) data.train = std::make_shared<SceneSet>(options, SceneSet::Split::train, items.train);
  if (!items.note.empty()) data.notes.push_back(items.note);
  return data;
}

constexpr const char* kSplitOptions[] = {"train", "test"};

// "val", as COCO has it, or else "test".
std::string usual_test_split(const std::string& dir) {
  const std::vector<std::string> splits = coco_splits(dir);
  const bool has_val = std::any_of(splits.begin(), splits.end(),
                                   [](const std::string& split) { return split.starts_with("val"); });
  return has_val ? "val" : "test";
}

DetectionData load_coco(const std::string& argument, const DetectionLoadOptions& load) {
  const size_t begin = options_begin(argument, kSplitOptions);
  const std::string dir = argument.substr(0, begin);
  OptionText text("coco" + (begin < argument.size() ? ":" + argument.substr(begin + 1) : ""));
  const std::string train = text.word("train", "train"), test = text.word("test", "");
  text.finish();
  const auto read = [&dir](const std::string& split) {
    return std::make_shared<const CocoSet>(read_coco_folder(dir, split));
  };
  DetectionData data{.train = load.test_only ? nullptr : read(train),
                     .test = read(test.empty() ? usual_test_split(dir) : test),
                     .normalisation = {},
                     .name = dir};
  if (data.train && data.train->classes() != data.test->classes()) {
    throw FileError(data.test->name(), "has the categories " + join(data.test->classes(), ", ") +
                                           ", expected those of " + data.train->name() + ": " +
                                           join(data.train->classes(), ", "));
  }
  return data;
}

const DetectionKind& find_detection_kind(const std::string& spec, const std::string& name) {
  std::vector<std::string> names;
  std::string lines;
  for (const DetectionKind& kind : detection_kinds()) {
    if (kind.name == name) return kind;
    names.push_back(kind.name);
    lines += "\n  " + kind.syntax + "  for example " + kind.example;
  }
  throw Error("unknown data \"" + spec + "\" for detection" + did_you_mean(name, names) +
              "; known are:" + lines);
}

}  // namespace

const std::vector<DetectionKind>& detection_kinds() {
  static const std::vector<DetectionKind> kinds = {
      {"scenes", "scenes[:n=8000,test=500,size=128,objects=6,empty=0.05,seed=1,items=auto]",
       "things of Fashion-MNIST on textured ground, made as needed; n training scenes",
       "scenes:n=500,size=96", load_scenes, nullptr},
      {"coco", "coco:DIR[,train=SPLIT,test=SPLIT]",
       "a folder in COCO's format: DIR/annotations/*.json and images; tests on val, or else on test",
       "coco:fruits", load_coco, absolute_path},
  };
  return kinds;
}

DetectionData load_detection_data(const std::string& spec, const DetectionLoadOptions& options) {
  const auto [name, argument] = parse_data_spec(spec);
  const DetectionKind& kind = find_detection_kind(spec, name);
  if (argument.empty() && kind.needs_argument()) {
    throw Error("data " + kind.name + " needs to be told where it is: " + kind.syntax + ", for example " +
                kind.example);
  }
  DetectionData data = kind.load(argument, options);
  if (data.train) data.normalisation = compute_normalisation(*data.train);
  return data;
}

std::string detection_with_absolute_paths(const std::string& spec) {
  return with_absolute_paths(spec, detection_kinds());
}

Normalisation compute_normalisation(const DetectionSet& set, int64_t most) {
  const int64_t used = std::min(most, set.size());
  std::vector<PixelSums> of_image(static_cast<size_t>(used));
  by_threads(used, threads(), [&](int64_t i) {
    const Image image = set.at(i * set.size() / used).image;
    of_image[static_cast<size_t>(i)].add(view_of(image));
  });
  PixelSums all;
  for (const PixelSums& sums : of_image) all.add(sums);
  return normalisation_of(all, /*channels=*/3);
}

}  // namespace eca
