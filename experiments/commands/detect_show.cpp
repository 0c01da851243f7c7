// eca detect show
#include <algorithm>
#include <cstdio>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "data/detection/detection_data.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/detection/draw_objects.hpp"
#include "experiments/drawing/layout.hpp"
#include "experiments/drawing/png_bytes.hpp"

namespace eca {

namespace {

struct ShowArguments {
  std::string data, out = "examples.png", split = "test";
  int64_t count = 12, first = 0, side = 384;
};

int run_show(const ShowArguments& arguments) {
  const bool test = arguments.split == "test";
  if (!test && arguments.split != "train")
    throw Error("--split " + arguments.split + ", expected train or test");
  const DetectionData data = load_detection_data(arguments.data, {.test_only = test});
  for (const std::string& note : data.notes) warn(note);
  const DetectionSet& set = test ? *data.test : *data.train;
  check_index(set, arguments.first);
  constexpr int64_t kColumns = 4, kGap = 8;
  std::vector<Picture> pictures;
  for (int64_t i = arguments.first; i < std::min(set.size(), arguments.first + arguments.count); ++i) {
    const DetectionExample example = set.at(i);
    std::vector<DrawnObject> objects;
    for (const DetectionObject& object : example.objects) objects.push_back(drawn(object, set.classes()));
    pictures.push_back(draw_objects(example.image, objects, arguments.side));
  }
  write_file_atomically(arguments.out, png_bytes(with_margin(tiled(pictures, kColumns, kGap), kGap)));
  std::printf("wrote %s\n", arguments.out.c_str());
  return 0;
}

}  // namespace

void add_show_command(Command& detect, int& code) {
  Command* command =
      detect.add_subcommand("show", "Draw examples of data with their boxes, masks and classes");
  auto arguments = std::make_shared<ShowArguments>();
  std::string kinds;
  for (const DetectionKind& kind : detection_kinds()) kinds += (kinds.empty() ? "" : " or ") + kind.syntax;
  command->add_option("data", arguments->data, kinds)->required();
  command->add_option("--out", arguments->out, "the picture, PNG [examples.png]");
  command->add_option("--split", arguments->split, "train or test [test]");
  command->add_option("--count", arguments->count, "how many images [12]")->range(1, 400);
  command->add_option("--first", arguments->first, "the first one, counted from 0 [0]");
  command->add_option("--side", arguments->side, "pixels that an image takes on its longer side, about [384]")
      ->range(32, 4096);
  command->footer(
      "Example:\n"
      "  eca detect show scenes:n=100 --split train --out scenes.png");
  command->callback([arguments, &code] { code = run_show(*arguments); });
}

}  // namespace eca
