// eca detect eval
#include <cstdio>

#include "core/base/error.hpp"
#include "data/coco/coco_json.hpp"
#include "data/detection/detection_data.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/common/progress_line.hpp"
#include "experiments/detection/coco_table.hpp"
#include "experiments/detection/detector_file.hpp"
#include "experiments/detection/evaluate_detector.hpp"
#include "experiments/training/model_file.hpp"

namespace eca {

namespace {

struct DetectEvalArguments {
  std::string weights, data, results;
  CocoApOptions ap;
  MachineOptions machine;
};

void check_limits(const DetectEvalArguments& arguments) {
  if (!(arguments.ap.small >= 0))
    throw Error("--small " + std::to_string(arguments.ap.small) + ", expected at least 0");
  if (!(arguments.ap.large >= arguments.ap.small)) {
    throw Error("--large " + std::to_string(arguments.ap.large) + ", expected at least --small, " +
                std::to_string(arguments.ap.small));
  }
}

DetectionData data_to_test_on(const DetectEvalArguments& arguments) {
  const std::string folder = folder_of_weights(arguments.weights);
  const std::string spec = arguments.data.empty() ? data_of_detect_run(folder) : arguments.data;
  if (spec.empty())
    throw Error("eval: " + folder + " has no config.txt that names the data; give it with --data");
  DetectionData data = load_detection_data(spec, {.test_only = true});
  for (const std::string& note : data.notes) warn(note);
  return data;
}

int run_detect_eval(DetectEvalArguments arguments) {
  check_limits(arguments);
  apply_on_processor(arguments.machine);
  const LoadedDetector detector = load_detector(arguments.weights);
  const DetectionData data = data_to_test_on(arguments);
  const CocoDataset truth = data.test->truth();
  const std::vector<int64_t> categories = categories_by_name(detector.card.classes, truth, detector.path);
  std::printf("%s\n%s on %lld images of %s\n", environment_line().c_str(), detector.path.c_str(),
              static_cast<long long>(data.test->size()), data.test->name().c_str());
  ProgressLine line;
  DetectionsFound found =
      detect_all(*detector.network, *data.test, detector.card.normalisation, detector.card.canvas,
                 [&](int64_t images) { line.update(std::to_string(images) + " images"); });
  found.detections = in_categories(std::move(found.detections), categories);
  const bool masks = detector.network->config().kind == DetectorKind::mask_rcnn;
  const DetectorScores scores = scores_of(truth, found.detections, masks, arguments.ap);
  arguments.ap.region = CocoRegion::boxes;
  line.keep("\n" + coco_table(truth, found.detections, scores.boxes, arguments.ap));
  arguments.ap.region = CocoRegion::masks;
  if (scores.masks) line.keep(coco_table(truth, found.detections, *scores.masks, arguments.ap));
  if (masks && !scores.masks)
    warn(truth.name + ": has objects without masks, so those found are not compared");
  if (!arguments.results.empty()) {
    write_coco_results(arguments.results, truth, found.detections);
    line.keep("wrote " + arguments.results);
  }
  std::printf("%.0f img/s\n", static_cast<double>(truth.images.size()) / found.seconds);
  return 0;
}

}  // namespace

void add_detect_eval_command(Command& detect, int& code) {
  Command* command =
      detect.add_subcommand("eval", "COCO's twelve numbers and each class's AP of a detector trained here");
  auto arguments = std::make_shared<DetectEvalArguments>();
  command->add_option("weights", arguments->weights, "run directory, or weight file")->required();
  command->add_option("--data", arguments->data,
                      "scenes or coco:DIR, on whose test images to look (default: the run's own)");
  command->add_option("--results", arguments->results,
                      "write what was found into this file, COCO's JSON of results");
  command->add_option("--small", arguments->ap.small, "side of the largest object that is small [32]");
  command->add_option("--large", arguments->ap.large, "side of the smallest object that is large [96]");
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Of boxes, and of a Mask R-CNN of masks, too. Rules: docs/detection.md. Examples:\n"
      "  eca detect eval runs/fruits\n"
      "  eca detect eval runs/fruits/best.safetensors --data coco:fruits,test=night --results found.json");
  command->callback([arguments, &code] { code = run_detect_eval(*arguments); });
}

}  // namespace eca
