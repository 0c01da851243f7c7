// eca info
#include <cstdio>

#include "core/base/error.hpp"
#include "core/base/shape.hpp"
#include "core/cuda/device.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/gnuplot.hpp"
#include "experiments/detection/detector_file.hpp"
#include "experiments/training/model_file.hpp"
#include "models/weights_fit.hpp"

namespace eca {

namespace {

// The network of a file that does not name it, and under which names it has its tensors.
void describe_unnamed(const TensorFile& weights, const std::string& prefix) {
  const std::vector<std::string> fitting = networks_that_fit(weights);
  std::printf("network: not named; %s\n", fitting.empty() ? "none of `eca list` fits as it is"
                                                          : (model_option(fitting) + " fits").c_str());
  if (!prefix.empty()) {
    std::printf("names: all begin with \"%s\", which is left out where they are read\n", prefix.c_str());
  }
}

void describe_file(const std::string& path) {
  TensorFile file = read_safetensors(path);
  std::printf("%s: %zu tensors, checksum %s\n", path.c_str(), file.tensors.size(),
              file.has_checksum ? "right" : "none (not written by this program)");
  std::string prefix;
  if (file.metadata.contains(kDetectorKey)) {
    const DetectorCard card = detector_card(file);
    std::printf("detector: %s%s, %zu classes, canvas %s\n", card.model.c_str(),
                card.attention.empty() ? "" : (" + " + card.attention).c_str(), card.classes.size(),
                to_string(card.canvas).c_str());
  } else if (has_card(file)) {
    const ModelCard card = card_from_metadata(file);
    std::printf(
        "network: %s, attention %s, shortcut %s, %lld channels, %lld classes, images of %lld pixels a side\n",
        card.model.name.c_str(), card.model.attention.c_str(),
        resolved_shortcut(card.model) == Shortcut::A ? "A" : "B",
        static_cast<long long>(card.model.in_channels), static_cast<long long>(card.model.classes),
        static_cast<long long>(card.image_size));
  } else {
    prefix = drop_shared_prefix(file);
    describe_unnamed(file, prefix);
  }
  for (const auto& [name, tensor] : file.tensors) {
    std::printf("  %-4s %-18s %s\n", to_string(tensor.dtype), Shape(tensor.shape).str().c_str(),
                (prefix + name).c_str());
  }
}

// "cuda: NVIDIA H100 80GB HBM3, ...", or why there is none.
std::string gpu_line() {
  try {
    return "cuda: " + cuda::description();
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

void add_info_command(Command& program, int& code) {
  Command* command = program.add_subcommand("info", "Describe this build and machine, or a weight file");
  auto weights = std::make_shared<std::string>();
  command->add_option("weights", *weights, "run directory or safetensors file; none: this build and machine");
  command->footer("Examples:\n  eca info\n  eca info runs/eca_resnet20-cifar10-seed1");
  command->callback([weights, &code] {
    if (weights->empty()) {
      std::printf("%s%s\nplots: %s\n", environment_record().c_str(), gpu_line().c_str(),
                  have_gnuplot() ? "gnuplot" : "no gnuplot");
    } else {
      describe_file(find_weights(*weights));
    }
    code = 0;
  });
}

}  // namespace eca
