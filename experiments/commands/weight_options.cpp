#include "experiments/commands/weight_options.hpp"

#include <cstdio>

#include "core/base/error.hpp"
#include "core/base/text.hpp"

namespace eca {

// Numbers separated by commas, all above `low`; none from an empty text.
static std::vector<double> numbers(const std::string& option, const std::string& text, double low) {
  std::vector<double> values;
  if (text.empty()) return values;
  for (const std::string& word : split(text, ',')) {
    const auto value = finite_number(word);
    if (!value || *value <= low) {
      throw Error(option + ": \"" + text +
                  "\", expected a number for each channel, of pixels from 0 to 1, as in " +
                  (option == "mean" ? "0.485,0.456,0.406" : "0.229,0.224,0.225"));
    }
    values.push_back(*value);
  }
  return values;
}

ModelWishes WeightOptions::all_wishes() const {
  ModelWishes all = wishes;
  if (all.image_size != 0 && (all.image_size < 4 || all.image_size > 4096)) {
    throw Error("image-size: " + std::to_string(all.image_size) + ", expected 4 to 4096");
  }
  all.mean = numbers("mean", mean, -1e9);
  all.std = numbers("std", std, 0);
  return all;
}

LoadedModel WeightOptions::load() const {
  LoadedModel model = load_model(weights, all_wishes());
  for (const std::string& note : model.notes) std::fprintf(stderr, "%s: %s\n", weights.c_str(), note.c_str());
  return model;
}

void add_network_options(Command& command, WeightOptions& options) {
  command.add_option("--model", options.wishes.model,
                     "network, see `eca list` (default: what the file says; files of other programs do not)");
  command.add_option("--attention", options.wishes.attention,
                     "module for a plain network: se:r=8, eca:k=5 (default of k: read off the weights)");
  command.add_option("--shortcut", options.wishes.shortcut, "A or B (default: the network's own)");
}

void add_image_options(Command& command, WeightOptions& options) {
  command.add_option("--classes", options.wishes.classes_file,
                     "text file with the name of a class on each line (default: what the file says)");
  command.add_option(
      "--image-size", options.wishes.image_size,
      "side to which images are resized and cropped (default: what the file says, or the network's)");
  command.add_option(
      "--mean", options.mean,
      "of each channel, subtracted from pixels of 0 to 1: 0.485,0.456,0.406 (default: what the file "
      "says, or ImageNet's for its networks)");
  command.add_option("--std", options.std, "of each channel, by which they are divided: 0.229,0.224,0.225");
}

}  // namespace eca
