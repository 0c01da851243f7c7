// eca detect make-scenes
#include <cstdio>

#include "core/base/error.hpp"
#include "core/files/new_folder.hpp"
#include "core/parallel/threads.hpp"
#include "data/detection/scenes.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/common/interrupt.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/common/progress_line.hpp"
#include "experiments/detection/write_coco_split.hpp"

namespace eca {

namespace {

struct MakeScenesArguments {
  std::string out, items = "auto";
  SceneOptions scenes;
  int64_t seed = 1;
  int threads = 0;
};

struct Interrupted {};

std::string count_text(const CocoDataset& split) {
  const size_t scenes = split.images.size(), objects = split.objects.size();
  return std::to_string(scenes) + (scenes == 1 ? " scene, " : " scenes, ") + std::to_string(objects) +
         (objects == 1 ? " object" : " objects");
}

void write_scenes(const MakeScenesArguments& arguments) {
  NewFolder folder(arguments.out);
  const SceneItems items = load_scene_items(parse_scene_items(arguments.items));
  if (!items.note.empty()) warn(items.note);
  const SceneSet train(arguments.scenes, SceneSet::Split::train, items.train);
  const SceneSet test(arguments.scenes, SceneSet::Split::test, items.test);
  const InterruptGuard interrupt;
  ProgressLine progress;
  const auto write = [&](const std::string& split, const SceneSet& set) {
    return write_coco_split(folder.path(), split, set, [&](int64_t images) {
      if (interrupt.requested()) throw Interrupted();
      progress.update(set.name() + ": " + std::to_string(images) + " of " + std::to_string(set.size()) +
                      " written");
    });
  };
  const CocoDataset written_train = write("train", train), written_test = write("test", test);
  folder.commit();
  progress.keep("train  " + count_text(written_train));
  progress.keep("test   " + count_text(written_test));
  progress.keep("wrote " + arguments.out + ", which --data coco:" + arguments.out + " reads");
}

int run_make_scenes(MakeScenesArguments arguments) {
  if (arguments.threads != 0) set_threads(arguments.threads);
  if (arguments.seed < 0) throw Error("--seed " + std::to_string(arguments.seed) + ", expected 0 or more");
  arguments.scenes.seed = static_cast<uint64_t>(arguments.seed);
  check_scenes(arguments.scenes);
  try {
    write_scenes(arguments);
  } catch (const Interrupted&) {
    std::fprintf(stderr, "eca: interrupted; nothing is left of %s\n", arguments.out.c_str());
    return kInterruptedCode;
  }
  return 0;
}

}  // namespace

void add_make_scenes_command(Command& detect, int& code) {
  Command* command =
      detect.add_subcommand("make-scenes", "Write scenes of known objects as PNG and COCO's JSON");
  auto arguments = std::make_shared<MakeScenesArguments>();
  command->add_option("out", arguments->out, "the folder to make; nothing of this name may be there")
      ->required();
  command->add_option("--n", arguments->scenes.train, "training scenes [8000]");
  command->add_option("--test", arguments->scenes.test, "test scenes [500]");
  command->add_option("--size", arguments->scenes.size, "height and width in pixels [128]");
  command->add_option("--objects", arguments->scenes.objects, "most things in a scene [6]");
  command->add_option("--empty", arguments->scenes.empty, "share of scenes without any [0.05]");
  command->add_option("--seed", arguments->seed, "of all that is random [1]");
  command->add_option("--items", arguments->items,
                      "fashion-mnist, shapes, or auto: shapes where there is no Fashion-MNIST [auto]");
  command->add_option("--threads", arguments->threads,
                      "that make and write scenes, without a change to them [all cores]");
  command->footer(
      "The same scenes as --data scenes:n=...,test=... makes as they are needed: docs/detection.md. "
      "Example:\n"
      "  eca detect make-scenes scenes --n 1000 --test 200 --size 96");
  command->callback([arguments, &code] { code = run_make_scenes(*arguments); });
}

}  // namespace eca
