#include "experiments/stat/subject.hpp"

#include "core/base/error.hpp"
#include "layers/attention/attention.hpp"

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

// "resnet50+eca:k=3557" -> network and attention.
ModelConfig model_of(const Subject& subject) {
  const size_t plus = subject.text.find('+');
  ModelConfig config = {
      .name = subject.text.substr(0, plus), .shortcut = subject.shortcut, .in_channels = subject.channels};
  if (plus != std::string::npos) config.attention = subject.text.substr(plus + 1);
  config.classes = subject.classes != 0 ? subject.classes : family_of(config.name).classes;
  return config;
}

Subject with_default_input(Subject subject) {
  if (subject.channels != 0) return subject;
  if (subject.block) {
    throw Error("stat: block \"" + subject.text + "\" needs --input C,H,W, for example --input 32,56,56");
  }
  subject.channels = 3;
  subject.height = subject.width = family_of(model_of(subject).name).image_size;
  return subject;
}

std::unique_ptr<Module> network_of(const Subject& subject) {
  if (!subject.block) return make_model(model_of(subject));
  if (attention_name(subject.text) == "none") throw Error("stat: block \"none\" has nothing to count");
  return std::make_unique<Wrapped>(subject.text, subject.channels);
}

}  // namespace eca
