#include "experiments/training/fine_tuning.hpp"

#include <algorithm>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/training/run_directory.hpp"
#include "experiments/training/trainer.hpp"
#include "layers/cross_entropy.hpp"
#include "layers/ops_mode.hpp"
#include "layers/state_dict.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"
#include "tests/temp_dir.hpp"
#include "tests/tensors.hpp"

namespace eca::test {

namespace {

void write_other_weights(const std::string& path, const ModelConfig& config) {
  const auto network = make_model(config);
  network->initialise(9);
  write_safetensors(path, save_state(*network));
}

std::vector<std::string> names_of(const std::vector<Parameter*>& parameters) {
  std::vector<std::string> names;
  for (const Parameter* parameter : parameters) names.push_back(parameter->name);
  return names;
}

std::vector<std::string> left_after(const std::string& patterns) {
  const auto network = make_model({.name = "eca_resnet20"});
  network->initialise(1);
  return names_of(freeze(*network, patterns));
}

TrainConfig two_epochs() {
  TrainConfig config;
  config.data = "synthetic:n=32,test=20,size=8,classes=4";
  config.batch_size = 8;
  config.epochs = 2;
  config.lr = 0.05;
  config.augment = "none";
  return config;
}

TrainResult begin_or_resume_in(const std::string& path, const TrainConfig& config, int64_t stop_after = 0) {
  int64_t steps = 0;
  return train(config, load_dataset(config.data), RunDirectory(path), Start::resume,
               [&] { return ++steps == stop_after; });
}

}  // namespace

TEST_CASE("fine-tuning: freeze takes names, modules and patterns", "[fine_tuning]") {
  const std::vector<std::string> all = left_after("");
  const auto without = [&](const auto& frozen) {
    std::vector<std::string> left = all;
    std::erase_if(left, frozen);
    REQUIRE(left.size() < all.size());
    return left;
  };
  CHECK(left_after("conv1.weight") == without([](const std::string& n) { return n == "conv1.weight"; }));
  CHECK(left_after("conv1") == left_after("conv1.weight"));
  CHECK(left_after("layer1,bn1") ==
        without([](const std::string& n) { return n.starts_with("layer1.") || n.starts_with("bn1."); }));
  CHECK(left_after("layer[12].*") ==
        without([](const std::string& n) { return n.starts_with("layer1.") || n.starts_with("layer2."); }));
  CHECK(left_after("*.bias") == without([](const std::string& n) { return n.ends_with(".bias"); }));
  CHECK(left_after("layer?.0.conv1") ==
        without([](const std::string& n) { return n.find(".0.conv1.") != std::string::npos; }));
}

TEST_CASE("fine-tuning: a pattern that freezes nothing, or all, is an error", "[fine_tuning]") {
  CHECK_THAT(
      error_text<Error>([] { left_after("layer1,layr2"); }),
      contains("freeze: \"layr2\" fits no parameter (did you mean \"layer2\"?)") && contains("eca info"));
  CHECK_THAT(error_text<Error>([] { left_after("conv1,"); }), contains("freeze: \"\" fits no parameter"));
  CHECK_THAT(error_text<Error>([] { left_after("*"); }),
             contains("freeze: \"*\" fits every parameter, nothing is left to train"));
  TrainConfig config = two_epochs();
  config.freeze = "layer9";
  CHECK_THAT(error_text<Error>([&] { check_config(config); }),
             contains("freeze: \"layer9\" fits no parameter"));
}

TEST_CASE("fine-tuning: the gradients of what is not frozen are those without freezing", "[fine_tuning]") {
  const SettingsRestored restored;
  const Tensor x = random_tensor({2, 8, 8, 3}, 1);
  for (const OpsMode mode : {OpsMode::plain, OpsMode::fused}) {
    set_ops_mode(mode);
    for (const char* model : {"eca_resnet20", "se_resnet20", "eca_mobilenet_v2_cifar"}) {
      const bool mobilenet = std::string(model).find("mobilenet") != std::string::npos;
      for (const char* patterns :
           {"conv1,bn1,layer1", "layer2,fc", "*.bn1,*.weight", "*bias", "layer1.0.bn2,layer3.0.conv1"}) {
        if (mobilenet && !std::string(patterns).starts_with("*b")) continue;
        CAPTURE(model, patterns, mode == OpsMode::fused);
        ModelConfig config = {.name = model};
        if (!mobilenet) config.shortcut = Shortcut::B;
        const auto whole = make_model(config), frozen = make_model(config);
        for (Module* network : {whole.get(), frozen.get()}) {
          network->initialise(3);
          network->train(!mobilenet);  // dropout draws
        }
        const std::vector<Parameter*> left = freeze(*frozen, patterns);
        for (Module* network : {whole.get(), frozen.get()}) {
          Tape tape;
          tape.backward(cross_entropy((*network)(x), {0, 3}));
        }
        const auto all = whole->parameters(), some = frozen->parameters();
        size_t compared = 0;
        for (size_t i = 0; i < all.size(); ++i) {
          CAPTURE(all[i]->name);
          if (!some[i]->value.requires_grad()) continue;
          ++compared;
          CHECK(difference(some[i]->value.grad(), all[i]->value.grad(), 1e-4) == "");
        }
        CHECK(compared == left.size());
      }
    }
  }
}

TEST_CASE("fine-tuning: a fresh last layer where the classes are others, and the rest as in the file",
          "[fine_tuning]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  write_other_weights(path, {.name = "resnet20", .attention = "eca:k=357", .classes = 7});
  const ModelConfig config = {.name = "resnet20", .attention = "eca:k=357", .classes = 4};
  const auto network = make_model(config);
  network->initialise(2);
  const TensorFile before = save_state(*network), file = read_safetensors(path);
  CHECK(load_initial_weights(*network, config, path) ==
        std::vector<std::string>{path + ": last layer fc: fresh, as there are 7 classes there and 4 here"});
  for (const auto& [name, tensor] : save_state(*network).tensors) {
    CAPTURE(name);
    CHECK(tensor == (name.starts_with("fc.") ? before : file).at(name));
  }

  const ModelConfig same = {.name = "resnet20", .attention = "eca:k=357", .classes = 7};
  const auto seven = make_model(same);
  seven->initialise(2);
  CHECK(load_initial_weights(*seven, same, path) ==
        std::vector<std::string>{path + ": last layer fc: kept, 7 classes there and here"});
  CHECK(save_state(*seven).tensors == file.tensors);

  const ModelConfig grey = {.name = "resnet20", .attention = "eca:k=357", .in_channels = 1, .classes = 7};
  const auto other = make_model(grey);
  other->initialise(2);
  CHECK(error_text<FileError>([&] { load_initial_weights(*other, grey, path); }) ==
        path + ": weights for images of 3 channels; the data have 1");
}

TEST_CASE("fine-tuning: the network is the file's where the user does not say it", "[fine_tuning]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  write_other_weights(path, {.name = "resnet20", .attention = "eca:k=357", .shortcut = Shortcut::B});
  TrainConfig config = two_epochs();
  config.init = path;
  CHECK_THAT(error_text<FileError>([&] { complete_from_weights(config); }), contains("--model NAME"));
  set_key(config, "model", "eca_resnet20");
  set_key(config, "shortcut", "B");
  complete_from_weights(config);
  CHECK(config.attention == "eca:k=357");
  CHECK(config.shortcut == "B");
  TrainConfig again = config;
  complete_from_weights(again);
  CHECK(to_text(again) == to_text(config));

  const TrainResult first = begin_or_resume_in(dir.file("first"), two_epochs());
  CHECK(first.accuracy >= 0);
  TrainConfig from_run = two_epochs();
  from_run.model = "resnet110";  // not given, so the run's own counts
  from_run.init = dir.file("first");
  complete_from_weights(from_run);
  CHECK(from_run.model == "eca_resnet20");
  CHECK(from_run.attention == "");
}

TEST_CASE(
    "fine-tuning: frozen parameters keep their bits, running statistics move, and resuming changes nothing",
    "[fine_tuning][train]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  write_other_weights(path, {.name = "eca_resnet20", .classes = 9});
  TrainConfig config = two_epochs();
  config.init = path;
  config.freeze = "conv1,bn1,layer1";
  const TrainResult whole = begin_or_resume_in(dir.file("whole"), config);
  const TensorFile before = read_safetensors(path),
                   after = read_safetensors(dir.file("whole/weights.safetensors"));
  for (const auto& [name, tensor] : after.tensors) {
    CAPTURE(name);
    const bool named = name.starts_with("conv1.") || name.starts_with("bn1.") || name.starts_with("layer1.");
    const bool statistic =
        name.find("running_") != std::string::npos || name.ends_with("num_batches_tracked");
    CHECK((tensor == before.at(name)) == (named && !statistic));
  }
  CHECK(begin_or_resume_in(dir.file("parts"), config, 3).interrupted);
  CHECK(begin_or_resume_in(dir.file("parts"), config).weights_sha256 == whole.weights_sha256);

  TrainConfig other = config;
  other.freeze = "conv1";
  other.init = "v.safetensors";
  CHECK_THAT(error_text<Error>([&] { begin_or_resume_in(dir.file("whole"), other); }),
             contains("freeze: expected conv1,bn1,layer1, found conv1") && contains("found v.safetensors"));
}

}  // namespace eca::test
