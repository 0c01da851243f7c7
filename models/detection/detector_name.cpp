#include "models/detection/detector_name.hpp"

#include <algorithm>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

static const std::string kSmall = "small_";

bool DetectorName::small() const { return detector.starts_with(kSmall); }

DetectorName split_detector_name(const std::string& text) {
  DetectorName name;
  const size_t plus = text.find('+'), colon = text.find(':');
  const size_t begin = colon < plus ? colon + 1 : 0;
  if (begin > 0) name.detector = text.substr(0, begin - 1);
  name.network = text.substr(begin, plus == std::string::npos ? plus : plus - begin);
  if (plus != std::string::npos) name.attention = text.substr(plus + 1);
  return name;
}

std::vector<std::string> detector_names() {
  std::vector<std::string> names;
  for (const std::string& prefix : {std::string(), kSmall}) {
    for (const DetectorKind kind :
         {DetectorKind::retinanet, DetectorKind::faster_rcnn, DetectorKind::mask_rcnn})
      names.push_back(prefix + to_string(kind));
  }
  return names;
}

DetectorConfig detector_config(const std::string& detector, const ModelConfig& backbone, int64_t classes) {
  const std::vector<std::string> names = detector_names();
  if (std::find(names.begin(), names.end(), detector) == names.end()) {
    throw Error("detector: \"" + detector + "\"" + did_you_mean(detector, names) + ", expected one of " +
                join(names, ", "));
  }
  const bool small = detector.starts_with(kSmall);
  const auto configure = small ? small_detector : torchvision_detector;
  return configure(parse_detector_kind(small ? detector.substr(kSmall.size()) : detector), backbone, classes);
}

}  // namespace eca
