#include "experiments/stat/subject.hpp"

#include "core/base/error.hpp"
#include "layers/attention/attention.hpp"
#include "models/detection/detector.hpp"

namespace eca {

namespace {

// A block under its own name, so that its rows are "eca.conv" as inside a network.
struct Wrapped : Module {
  Module& block;
  explicit Wrapped(const std::string& attention, int64_t channels)
      : block(adopt(attention_name(attention), make_attention(attention, channels))) {}
  Tensor forward(const Tensor& x) override { return block(x); }
};

}  // namespace

// The parts of "small_mask_rcnn:resnet50+eca:k=3557".
struct SubjectText {
  std::string detector;  // "small_mask_rcnn:"; empty: a network by itself
  std::string network, attention;
};

static SubjectText parts_of(const std::string& text) {
  SubjectText parts;
  const size_t plus = text.find('+'), colon = text.find(':');
  const size_t begin = colon < plus ? colon + 1 : 0;
  parts.detector = text.substr(0, begin);
  parts.network = text.substr(begin, plus == std::string::npos ? plus : plus - begin);
  if (plus != std::string::npos) parts.attention = text.substr(plus + 1);
  return parts;
}

// The registry's configuration of a network.
static ModelConfig model_of(const Subject& subject) {
  const SubjectText parts = parts_of(subject.text);
  ModelConfig config = {.name = parts.network,
                        .attention = parts.attention,
                        .shortcut = subject.shortcut,
                        .in_channels = subject.channels};
  config.classes = subject.classes != 0 ? subject.classes : family_of(config.name).classes;
  return config;
}

static constexpr const char* kSmall = "small_";
static constexpr int64_t kCocoClasses = 80;

static DetectorConfig detector_of(const Subject& subject) {
  std::string kind = parts_of(subject.text).detector;
  kind.pop_back();
  const bool small = kind.starts_with(kSmall);
  const auto configure = small ? small_detector : torchvision_detector;
  return configure(parse_detector_kind(small ? kind.substr(std::string(kSmall).size()) : kind),
                   model_of(subject), subject.classes != 0 ? subject.classes : kCocoClasses);
}

Subject without_attention(Subject subject) {
  const SubjectText parts = parts_of(subject.text);
  subject.text = parts.detector + family_of(parts.network).base;
  return subject;
}

Subject with_default_input(Subject subject) {
  if (subject.channels != 0) return subject;
  if (subject.block) {
    throw Error("stat: block \"" + subject.text + "\" needs --input C,H,W, for example --input 32,56,56");
  }
  subject.channels = 3;
  const std::string detector = parts_of(subject.text).detector;
  if (!detector.empty()) {
    subject.height = detector.starts_with(kSmall) ? 128 : 800;
    subject.width = detector.starts_with(kSmall) ? 128 : 1280;
    return subject;
  }
  subject.height = subject.width = family_of(model_of(subject).name).image_size;
  return subject;
}

std::unique_ptr<Module> network_of(const Subject& subject) {
  if (!subject.block && !parts_of(subject.text).detector.empty()) return make_detector(detector_of(subject));
  if (!subject.block) return make_model(model_of(subject));
  if (attention_name(subject.text) == "none") throw Error("stat: block \"none\" has nothing to count");
  return std::make_unique<Wrapped>(subject.text, subject.channels);
}

}  // namespace eca
