#include "experiments/training/checkpoint.hpp"

#include <filesystem>
#include <fstream>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/optim/sgd.hpp"
#include "experiments/training/checkpoint_file.hpp"
#include "layers/cross_entropy.hpp"
#include "layers/state_dict.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

namespace {

const ModelCard kCard = {.model = {.name = "eca_resnet20", .classes = 3},
                         .image_size = 8,
                         .normalisation = {.mean = {0.1, 0.2, 0.3}, .std = {1, 0.5, 1.0 / 3}},
                         .classes = {"cat", "dog", "ship \"Emma\""}};

const Identity kIdentity = {.settings = {{"lr", "0.2"}, {"seed", "1"}},
                            .classes = kCard.classes,
                            .image_shape = "8x8x3",
                            .train = {.images = {3, 2, 1}, .labels = "a1", .pixels = "b1"},
                            .test = {.images = {1, 1, 0}, .labels = "a2", .pixels = "b2"},
                            .arithmetic = {{"instruction set", "AVX2"}},
                            .earlier_epochs = {"3"},
                            .earlier_data = {"1 epochs on nothing"}};

// A network with an optimiser that has taken one step.
struct Trained {
  std::unique_ptr<Module> network = make_model(kCard.model);
  std::unique_ptr<Sgd> optimizer;

  explicit Trained(uint64_t seed) {
    network->initialise(seed);
    optimizer = std::make_unique<Sgd>(network->parameters(), SgdOptions{.momentum = 0.9});
    Tensor x = Tensor::empty({2, 8, 8, 3});
    for (int64_t i = 0; i < x.numel(); ++i) x.data()[i] = static_cast<real>(i % 7) - 3;
    Tape tape;
    tape.backward(cross_entropy((*network)(x), {0, 2}));
    optimizer->step(0.1);
  }
};

std::map<std::string, FileTensor> state_of(Trained& trained) {
  auto state = save_state(*trained.network).tensors;
  for (const auto& [name, tensor] : trained.optimizer->state().tensors) {
    state.emplace("optimizer." + name, FileTensor::of(tensor.shape().extents(), tensor.values()));
  }
  return state;
}

}  // namespace

TEST_CASE("a checkpoint restores weights, running statistics, optimiser and progress", "[checkpoint]") {
  const TempDir dir;
  Trained saved(1), other(2);
  const Progress progress = {.step = 17,
                             .epoch = 2,
                             .batch = 5,
                             .loss_sum = 0.1 + 0.2,
                             .correct = 40,
                             .images = 99,
                             .best_accuracy = 56.7,
                             .last_accuracy = 55.5,
                             .last_top5 = 88.8,
                             .seconds = 1.5,
                             .metrics = "epoch,step\n1,6\n"};
  save_checkpoint(dir.file("last.safetensors"), *saved.network, *saved.optimizer, progress, kCard, kIdentity);
  REQUIRE(state_of(saved) != state_of(other));
  const Progress loaded = load_checkpoint(dir.file("last.safetensors"), *other.network, *other.optimizer);
  CHECK(state_of(saved) == state_of(other));
  CHECK(loaded.step == 17);
  CHECK(loaded.epoch == 2);
  CHECK(loaded.batch == 5);
  CHECK(loaded.loss_sum == progress.loss_sum);
  CHECK(loaded.correct == 40);
  CHECK(loaded.images == 99);
  CHECK(loaded.best_accuracy == 56.7);
  CHECK(loaded.last_accuracy == 55.5);
  CHECK(loaded.last_top5 == 88.8);
  CHECK(loaded.metrics == progress.metrics);
  CHECK(read_identity(dir.file("last.safetensors")) == kIdentity);

  const LoadedModel model = load_model(dir.file("last.safetensors"));
  CHECK(model.card.classes == kCard.classes);
  CHECK(model.card.normalisation.std == kCard.normalisation.std);
  CHECK(save_state(*model.network).tensors == save_state(*saved.network).tensors);
  CHECK_FALSE(model.network->training());
}

TEST_CASE("a damaged checkpoint is refused and changes nothing", "[checkpoint]") {
  const TempDir dir;
  Trained saved(1), other(2);
  const std::string path = dir.file("last.safetensors");
  save_checkpoint(path, *saved.network, *saved.optimizer, {}, kCard, kIdentity);
  const std::string bytes = read_file(path);
  const auto before = state_of(other);
  const auto load = [&] { load_checkpoint(path, *other.network, *other.optimizer); };

  for (size_t length = 0; length < bytes.size(); length += bytes.size() / 40 + 1) {
    CAPTURE(length);
    write_file(path, bytes.substr(0, length));
    CHECK_THAT(error_text<FileError>(load), contains(path));
  }
  for (size_t bit = 3; bit < 8 * bytes.size(); bit += 8 * bytes.size() / 60 + 1) {
    CAPTURE(bit);
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    write_file(path, damaged);
    CHECK_THAT(error_text<FileError>(load), contains(path));
  }
  write_file(path, bytes + "x");
  CHECK_THAT(error_text<FileError>(load), contains(path));
  CHECK(state_of(other) == before);
  CHECK_THAT(error_text<FileError>([] {
               Trained trained(1);
               load_checkpoint("/no/such/last.safetensors", *trained.network, *trained.optimizer);
             }),
             contains("/no/such/last.safetensors"));
}

TEST_CASE("weights are no checkpoint, and a checkpoint of another network is named as such", "[checkpoint]") {
  const TempDir dir;
  Trained trained(1);
  TensorFile weights = save_state(*trained.network);
  write_safetensors(dir.file("weights.safetensors"), weights);
  CHECK_THAT(error_text<FileError>([&] {
               load_checkpoint(dir.file("weights.safetensors"), *trained.network, *trained.optimizer);
             }),
             contains("not a checkpoint"));
  CHECK_THAT(error_text<FileError>([&] { read_identity(dir.file("weights.safetensors")); }),
             contains("does not say which settings and data it was trained with") && contains("--init "));
  CHECK_THAT(error_text<FileError>([&] { load_model(dir.file("weights.safetensors")); }),
             contains("--model eca_resnet20 fits"));

  save_checkpoint(dir.file("last.safetensors"), *trained.network, *trained.optimizer, {}, kCard, kIdentity);
  ModelConfig plain = kCard.model;
  plain.name = "resnet20";
  auto network = make_model(plain);
  network->initialise(1);
  Sgd optimizer(network->parameters(), {.momentum = 0.9});
  CHECK_THAT(
      error_text<FileError>([&] { load_checkpoint(dir.file("last.safetensors"), *network, optimizer); }),
      contains("expected 59 tensors of the optimiser, found 68"));
}

}  // namespace eca::test
