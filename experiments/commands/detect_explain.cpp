// eca detect explain
#include <cstdio>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/make_folder.hpp"
#include "data/detection/detection_data.hpp"
#include "data/detection/detection_loader.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/detection/explain_detector.hpp"
#include "experiments/drawing/png_bytes.hpp"

namespace eca {

namespace {

struct ExplainDetectorArguments {
  std::string data, out = "steps", split = "test";
  int64_t index = 0, image_size = 128;
};

int run_explain_detector(const ExplainDetectorArguments& arguments) {
  const bool test = arguments.split == "test";
  if (!test && arguments.split != "train")
    throw Error("--split " + arguments.split + ", expected train or test");
  const DetectionData data = load_detection_data(arguments.data, {.test_only = test});
  for (const std::string& note : data.notes) warn(note);
  const DetectionSet& set = test ? *data.test : *data.train;
  check_index(set, arguments.index);

  const CanvasSize canvas = {arguments.image_size, arguments.image_size};
  const Normalisation normalisation = test ? compute_normalisation(set) : data.normalisation;
  DetectionLoader loader(set, normalisation, {.batch_size = 1, .canvas = canvas, .ahead = false});
  DetectionBatch batch;
  loader.start_epoch(0, arguments.index);
  loader.next(batch);
  const DetectionExample example = placed(set.at(arguments.index), batch.placements[0], canvas);

  const auto detector = make_detector(
      small_detector(DetectorKind::mask_rcnn, {.name = "eca_resnet18"}, std::ssize(set.classes())));
  detector->initialise(/*seed=*/1);
  make_folder(arguments.out);
  for (const auto& [name, picture] : explain_detector(*detector, example, batch.tensor())) {
    const std::string path = arguments.out + "/" + name + ".png";
    write_file_atomically(path, png_bytes(picture));
    std::printf("wrote %s\n", path.c_str());
  }
  return 0;
}

}  // namespace

void add_explain_detector_command(Command& detect, int& code) {
  Command* command = detect.add_subcommand("explain", "Draw the steps of a detector on one image");
  auto arguments = std::make_shared<ExplainDetectorArguments>();
  std::string kinds;
  for (const DetectionKind& kind : detection_kinds()) kinds += (kinds.empty() ? "" : " or ") + kind.syntax;
  command->add_option("data", arguments->data, kinds)->required();
  command->add_option("--out", arguments->out, "folder for the pictures, PNG [steps]");
  command->add_option("--split", arguments->split, "train or test [test]");
  command->add_option("--index", arguments->index, "which image, counted from 0 [0]");
  command->add_option("--image-size", arguments->image_size, "side of the square that the network sees [128]")
      ->range(32, 1024);
  command->footer(
      "A small Mask R-CNN on an ECA-ResNet-18 before its training. What the pictures show: "
      "docs/book/09_detection.md. Example:\n"
      "  eca detect explain scenes --index 3 --out steps");
  command->callback([arguments, &code] { code = run_explain_detector(*arguments); });
}

}  // namespace eca
