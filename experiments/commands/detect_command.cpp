// eca detect, which has commands of its own
#include <cstdio>

#include "core/base/error.hpp"
#include "data/coco/coco_json.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/detection/coco_table.hpp"

namespace eca {

namespace {

// ---- eca detect eval-results ----

struct EvalResultsArguments {
  std::string annotations, results;
  bool masks = false;
  CocoReadOptions reading;
  CocoApOptions ap;
};

void check(const EvalResultsArguments& arguments) {
  const auto refuse = [](const char* option, double value, const std::string& expected) {
    throw Error(std::string(option) + " " + std::to_string(value) + ", expected " + expected);
  };
  if (!(arguments.reading.outside >= 0)) refuse("--outside", arguments.reading.outside, "at least 0");
  if (!(arguments.ap.small >= 0)) refuse("--small", arguments.ap.small, "at least 0");
  if (!(arguments.ap.large >= arguments.ap.small)) {
    refuse("--large", arguments.ap.large, "at least --small, " + std::to_string(arguments.ap.small));
  }
}

int run_eval_results(EvalResultsArguments arguments) {
  check(arguments);
  arguments.ap.region = arguments.masks ? CocoRegion::masks : CocoRegion::boxes;
  const CocoDataset set = read_coco(arguments.annotations, arguments.reading);
  const std::vector<CocoDetection> detections = read_coco_results(arguments.results, set);
  const CocoScores scores = coco_scores(set, detections, arguments.ap);
  std::fputs(coco_table(set, detections, scores, arguments.ap).c_str(), stdout);
  return 0;
}

void add_eval_results_command(Command& detect, int& code) {
  Command* command = detect.add_subcommand(
      "eval-results", "COCO's twelve numbers and each class's AP of detections of any program");
  auto arguments = std::make_shared<EvalResultsArguments>();
  command->add_option("annotations", arguments->annotations, "what is on the images: COCO's JSON")
      ->required();
  command->add_option("results", arguments->results, "what was found: COCO's JSON of results")->required();
  command->add_flag("--masks", arguments->masks, "compare masks [boxes]");
  command->add_option("--small", arguments->ap.small, "side of the largest object that is small [32]");
  command->add_option("--large", arguments->ap.large, "side of the smallest object that is large [96]");
  command->add_option("--outside", arguments->reading.outside,
                      "how many pixels a box or polygon of the annotations may reach beyond its image [1]");
  command->footer(
      "Formats and rules: docs/detection.md. Example:\n"
      "  eca detect eval-results annotations/instances_val2017.json results.json --masks");
  command->callback([arguments, &code] { code = run_eval_results(*arguments); });
}

}  // namespace

void apply_on_processor(const MachineOptions& options) {
  if (asked_kernels(options.device, options.kernels) == KernelMode::cuda)
    throw Error("kernels: cuda, expected fast or ref: detectors run on the processor");
  options.apply();
}

void add_detect_command(Command& program, int& code) {
  Command* detect = program.add_subcommand("detect", "Find objects on images");
  add_detect_train_command(*detect, code);
  add_detect_eval_command(*detect, code);
  add_detect_predict_command(*detect, code);
  add_make_scenes_command(*detect, code);
  add_show_command(*detect, code);
  add_explain_detector_command(*detect, code);
  add_eval_results_command(*detect, code);
}

}  // namespace eca
