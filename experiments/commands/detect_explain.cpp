// eca detect explain
#include <cstdio>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/make_folder.hpp"
#include "data/detection/detection_data.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/detection/detector_file.hpp"
#include "experiments/detection/explain_detector.hpp"
#include "experiments/drawing/png_bytes.hpp"
#include "experiments/training/model_file.hpp"

namespace eca {

namespace {

struct ExplainDetectorArguments {
  std::string data, weights, out = "steps", split = "test", image_size;
  int64_t index = 0;
  MachineOptions machine;
};

DetectionData data_to_explain(const ExplainDetectorArguments& arguments, bool test) {
  std::string spec = arguments.data;
  if (spec.empty() && arguments.weights.empty())
    throw Error("explain: expected data, or --weights with a run whose data are taken");
  if (spec.empty()) {
    const std::string folder = folder_of_weights(arguments.weights);
    spec = data_of_detect_run(folder);
    if (spec.empty())
      throw Error("explain: " + folder +
                  " has no config.txt that names the data; give them before --weights");
  }
  DetectionData data = load_detection_data(spec, {.test_only = test});
  for (const std::string& note : data.notes) warn(note);
  return data;
}

ExplainedScene scene_of(const DetectionSet& set, int64_t index, const Normalisation& normalisation,
                        const CanvasSize& canvas) {
  DetectionLoader loader(set, normalisation, {.batch_size = 1, .canvas = canvas, .ahead = false});
  DetectionBatch batch;
  loader.start_epoch(0, index);
  loader.next(batch);
  return {.canvas = placed(set.at(index), batch.placements[0], canvas),
          .input = batch.tensor(),
          .classes = set.classes()};
}

// A small Mask R-CNN with its first numbers.
std::vector<NamedPicture> untrained_pictures(const ExplainedScene& scene) {
  const auto detector = make_detector(
      small_detector(DetectorKind::mask_rcnn, {.name = "eca_resnet18"}, std::ssize(scene.classes)));
  detector->initialise(/*seed=*/1);
  return explain_untrained(*detector, scene);
}

int run_explain_detector(const ExplainDetectorArguments& arguments) {
  const bool test = arguments.split == "test";
  if (!test && arguments.split != "train")
    throw Error("--split " + arguments.split + ", expected train or test");
  CanvasSize canvas = parse_canvas(arguments.image_size.empty() ? "128" : arguments.image_size);
  apply_on_processor(arguments.machine);
  LoadedDetector trained;
  if (!arguments.weights.empty()) trained = load_detector(arguments.weights);
  const DetectionData data = data_to_explain(arguments, test);
  const DetectionSet& set = test ? *data.test : *data.train;
  check_index(set, arguments.index);

  Normalisation normalisation;
  if (trained.network) {
    normalisation = trained.card.normalisation;
    if (arguments.image_size.empty()) canvas = trained.card.canvas;
  } else {
    normalisation = test ? compute_normalisation(set) : data.normalisation;
  }
  const ExplainedScene scene = scene_of(set, arguments.index, normalisation, canvas);
  const std::vector<NamedPicture> pictures =
      trained.network ? explain_trained(*trained.network, trained.card.classes, scene)
                      : untrained_pictures(scene);
  make_folder(arguments.out);
  for (const auto& [name, picture] : pictures) {
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
  command->add_option("data", arguments->data, kinds + " (default: those of the run of --weights)");
  command->add_option(
      "--weights", arguments->weights,
      "run directory, or weight file, of a detector; none: a small Mask R-CNN on an ECA-ResNet-18 "
      "before its training");
  command->add_option("--out", arguments->out, "folder for the pictures, PNG [steps]");
  command->add_option("--split", arguments->split, "train or test [test]");
  command->add_option("--index", arguments->index, "which image, counted from 0 [0]");
  command->add_option("--image-size", arguments->image_size,
                      "side of the square that the network sees, or HEIGHTxWIDTH [128; that of the weights]");
  add_machine_options(*command, arguments->machine);
  command->footer(
      "What the pictures show: docs/book/09_detection.md. Examples:\n"
      "  eca detect explain scenes --index 3 --out steps\n"
      "  eca detect explain --weights runs/fruits --index 3 --out steps");
  command->callback([arguments, &code] { code = run_explain_detector(*arguments); });
}

}  // namespace eca
