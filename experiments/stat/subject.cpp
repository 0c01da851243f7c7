#include "experiments/stat/subject.hpp"

#include "core/base/error.hpp"
#include "layers/attention/attention.hpp"
#include "models/detection/detector.hpp"
#include "models/detection/detector_name.hpp"

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

// The registry's configuration of a network.
static ModelConfig model_of(const Subject& subject) {
  const DetectorName parts = split_detector_name(subject.text);
  ModelConfig config = {.name = parts.network,
                        .attention = parts.attention,
                        .shortcut = subject.shortcut,
                        .in_channels = subject.channels};
  config.classes = subject.classes != 0 ? subject.classes : family_of(config.name).classes;
  return config;
}

static constexpr int64_t kCocoClasses = 80;

Subject without_attention(Subject subject) {
  const DetectorName parts = split_detector_name(subject.text);
  subject.text = (parts.detector.empty() ? "" : parts.detector + ":") + family_of(parts.network).base;
  return subject;
}

Subject with_default_input(Subject subject) {
  if (subject.channels != 0) return subject;
  if (subject.block) {
    throw Error("stat: block \"" + subject.text + "\" needs --input C,H,W, for example --input 32,56,56");
  }
  subject.channels = 3;
  const DetectorName name = split_detector_name(subject.text);
  if (!name.detector.empty()) {
    subject.height = name.small() ? 128 : 800;
    subject.width = name.small() ? 128 : 1280;
    return subject;
  }
  subject.height = subject.width = family_of(model_of(subject).name).image_size;
  return subject;
}

DetectorConfig detector_of(const Subject& subject) {
  return detector_config(split_detector_name(subject.text).detector, model_of(subject),
                         subject.classes != 0 ? subject.classes : kCocoClasses);
}

std::unique_ptr<Module> network_of(const Subject& subject) {
  if (!subject.block && !split_detector_name(subject.text).detector.empty())
    return make_detector(detector_of(subject));
  if (!subject.block) return make_model(model_of(subject));
  if (attention_name(subject.text) == "none") throw Error("stat: block \"none\" has nothing to count");
  return std::make_unique<Wrapped>(subject.text, subject.channels);
}

}  // namespace eca
