#include "experiments/detection/found_json.hpp"

#include <nlohmann/json.hpp>

namespace eca {

static nlohmann::ordered_json object_json(const CocoDetection& detection,
                                          const std::vector<std::string>& classes) {
  const Box& box = detection.box;
  nlohmann::ordered_json object = {{"class", classes.at(static_cast<size_t>(detection.category))},
                                   {"score", detection.score},
                                   {"box", {box.x, box.y, box.width, box.height}}};
  if (detection.mask) {
    object["mask"] = {{"size", {detection.mask->height, detection.mask->width}},
                      {"counts", rle_text(*detection.mask)}};
  }
  return object;
}

// An image on a line. Names of files are bytes, and not always UTF-8.
std::string found_json(const std::vector<FoundOnImage>& images, const std::vector<std::string>& classes) {
  std::string text = "[";
  for (const FoundOnImage& image : images) {
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const CocoDetection& detection : image.found) objects.push_back(object_json(detection, classes));
    const nlohmann::ordered_json json = {
        {"image", image.path}, {"width", image.width}, {"height", image.height}, {"objects", objects}};
    text += (text.size() > 1 ? ",\n " : "") +
            json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  }
  return text + "]\n";
}

}  // namespace eca
