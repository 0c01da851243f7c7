// eca detect predict
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/make_folder.hpp"
#include "data/file_bytes.hpp"
#include "data/images/decode_image.hpp"
#include "experiments/commands/detect_commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/common/named_images.hpp"
#include "experiments/detection/detector_file.hpp"
#include "experiments/detection/draw_objects.hpp"
#include "experiments/detection/evaluate_detector.hpp"
#include "experiments/detection/found_json.hpp"
#include "experiments/drawing/png_bytes.hpp"

namespace eca {

namespace {

struct DetectPredictArguments {
  std::string weights, out;
  std::vector<std::string> images;
  double score = 0.5;
  int64_t side = 512;
  bool no_exif = false;
  MachineOptions machine;
};

Picture picture_of(const Image& image, const std::vector<CocoDetection>& found,
                   const std::vector<std::string>& classes, int64_t side) {
  std::vector<DrawnObject> objects;
  for (const CocoDetection& detection : found) objects.push_back(drawn(detection, classes));
  std::reverse(objects.begin(), objects.end());  // the best lie on top
  return draw_objects(image, objects, side);
}

void print_found(const std::string& path, const std::vector<CocoDetection>& found,
                 const std::vector<std::string>& classes) {
  std::printf("%s:%s", path.c_str(), found.empty() ? " nothing" : "");
  for (size_t i = 0; i < found.size(); ++i) {
    const std::string& name = classes.at(static_cast<size_t>(found[i].category));
    std::printf("%s %s", i > 0 ? "," : "", text_with_score(name, found[i].score).c_str());
  }
  std::printf("\n");
}

// "cat.png" in the folder; "cat-2.png" where another image has that.
std::string picture_path(const std::string& folder, const std::string& image, std::set<std::string>& taken) {
  const std::string stem = std::filesystem::path(image).stem().string();
  std::string name = stem;
  for (int n = 2; !taken.insert(name).second; ++n) name = stem + "-" + std::to_string(n);
  return folder + "/" + name + ".png";
}

// What cannot be read does not keep the others from being looked at; the exit code tells of it.
int run_detect_predict(const DetectPredictArguments& arguments) {
  if (!(arguments.score >= 0 && arguments.score <= 1))
    throw Error("--score " + std::to_string(arguments.score) + ", expected 0 to 1");
  apply_on_processor(arguments.machine);
  const LoadedDetector detector = load_detector(arguments.weights);
  const std::vector<std::string>& classes = detector.card.classes;
  const std::vector<std::string> files = named_images(arguments.images);
  if (!arguments.out.empty()) make_folder(arguments.out);
  std::vector<FoundOnImage> all;
  std::set<std::string> taken;
  int code = 0;
  for (const std::string& path : files) {
    try {
      const Image image = decode_image(path, read_bytes(path), !arguments.no_exif);
      std::vector<CocoDetection> found =
          detect_on(*detector.network, image, detector.card.normalisation, detector.card.canvas);
      std::erase_if(found, [&](const CocoDetection& each) { return each.score < arguments.score; });
      print_found(path, found, classes);
      if (arguments.out.empty()) continue;
      write_file_atomically(picture_path(arguments.out, path, taken),
                            png_bytes(picture_of(image, found, classes, arguments.side)));
      all.push_back({.path = path, .height = image.height, .width = image.width, .found = found});
    } catch (const FileError& error) {
      std::fflush(stdout);
      std::fprintf(stderr, "eca: %s\n", error.what());
      code = 1;
    }
  }
  if (!arguments.out.empty()) write_file_atomically(arguments.out + "/found.json", found_json(all, classes));
  return code;
}

}  // namespace

void add_detect_predict_command(Command& detect, int& code) {
  Command* command = detect.add_subcommand("predict", "Find objects on images");
  auto arguments = std::make_shared<DetectPredictArguments>();
  command->add_option("weights", arguments->weights, "run directory, or weight file")->required();
  command->add_option("images", arguments->images, "image files, or folders of them")->required();
  command->add_option("--out", arguments->out,
                      "folder for found.json and a picture of each image, with what was found on it");
  command->add_option("--score", arguments->score, "what has a lower score is not told [0.5]");
  command->add_option("--side", arguments->side, "pixels that a picture has on its longer side, about [512]")
      ->range(32, 4096);
  command->add_flag("--no-exif", arguments->no_exif, "do not turn images as their EXIF data say");
  add_machine_options(*command, arguments->machine);
  command->footer(
      "Examples:\n"
      "  eca detect predict runs/fruits bowl.jpg market --out found\n"
      "Exit code: 1 if an image cannot be read; the others are looked at all the same.");
  command->callback([arguments, &code] { code = run_detect_predict(*arguments); });
}

}  // namespace eca
