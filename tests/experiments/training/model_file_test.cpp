#include "experiments/training/model_file.hpp"

#include "core/base/error.hpp"
#include "layers/state_dict.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

namespace {

void write_weights(const std::string& path, const ModelConfig& config, const std::string& prefix = "",
                   const std::map<std::string, std::string>& metadata = {}) {
  const auto network = make_model(config);
  network->initialise(1);
  TensorFile file;
  for (const auto& [name, tensor] : save_state(*network).tensors) file.tensors[prefix + name] = tensor;
  file.metadata = metadata;
  write_safetensors(path, file);
}

std::string load_error(const std::string& path, const ModelWishes& wishes = {}) {
  return error_text<FileError>([&] { load_model(path, wishes); });
}

}  // namespace

TEST_CASE("model files: one of another program is read with --model", "[model_file]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  write_weights(path, {.name = "resnet20", .attention = "eca:k=357", .classes = 4}, "module.");
  const LoadedModel model = load_model(path, {.model = "eca_resnet20"});
  CHECK(model.card.model.attention == "eca:k=357");
  CHECK(model.card.model.classes == 4);
  CHECK(model.card.classes.empty());
  CHECK(model.card.image_size == 32);
  CHECK(model.card.normalisation.mean.empty());
  CHECK_FALSE(model.network->training());
  CHECK(model.notes == std::vector<std::string>{"all names begin with \"module.\", which is left out",
                                                "k = 357 of eca, read off the weights"});
  CHECK_THAT(load_error(path),
             contains("does not say which network it belongs to") && contains("; --model eca_resnet20 fits"));
  CHECK_THAT(error_text<Error>([&] { load_model(path, {.model = "eca_resnet2"}); }),
             contains("did you mean \"eca_resnet20\"?"));
}

TEST_CASE("model files: a card keeps the size before the crop, until another image size is asked for",
          "[model_file]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  ModelCard card = {.model = {.name = "resnet20", .classes = 2},
                    .image_size = 28,
                    .resize = 32,
                    .normalisation = {{0, 0, 0}, {1, 1, 1}},
                    .classes = {"a", "b"}};
  write_weights(path, card.model, "", to_metadata(card));
  CHECK(load_model(path).card.resize == 32);
  CHECK(load_model(path, {.image_size = 24}).card.resize == 0);
  card.resize = 0;
  CHECK(to_metadata(card).at("card").find("resize") == std::string::npos);
  card.resize = 20;
  write_weights(path, card.model, "", to_metadata(card));
  CHECK_THAT(load_error(path),
             contains("its \"card\" is not right: resize 20: expected the image size, 28, to 4096"));
}

TEST_CASE("model files: networks of ImageNet have its normalisation, unless it is given", "[model_file]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  write_weights(path, {.name = "mobilenet_v2", .classes = 4});
  CHECK(load_model(path, {.model = "mobilenet_v2"}).card.normalisation.mean ==
        std::vector<double>{0.485, 0.456, 0.406});
  CHECK(load_model(path, {.model = "mobilenet_v2"}).card.image_size == 224);
  const ModelWishes wishes = {
      .model = "mobilenet_v2", .image_size = 96, .mean = {0.5, 0.5, 0.5}, .std = {1, 1, 1}};
  CHECK(load_model(path, wishes).card.normalisation.mean == wishes.mean);
  CHECK(load_model(path, wishes).card.image_size == 96);
  CHECK_THAT(load_error(path, {.model = "mobilenet_v2", .std = {1}}), contains("std: 1 numbers, expected 3"));
}

TEST_CASE("model files: names of classes from a text file", "[model_file]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors"), names = dir.file("names.txt");
  write_weights(path, {.name = "resnet20", .classes = 3});
  const ModelWishes wishes = {.model = "resnet20", .classes_file = names};
  write_file(names, std::string("cat\r\ngreat white shark\ndog \n\n"));
  CHECK(load_model(path, wishes).card.classes == std::vector<std::string>{"cat", "great white shark", "dog"});
  write_file(names, std::string("cat\ndog\n"));
  CHECK(load_error(path, wishes) ==
        names + ": 2 names of classes, expected 3, as the last layer of " + path + " has outputs");
  write_file(names, std::string("cat\n\ndog\n"));
  CHECK(load_error(path, wishes) == names + ": line 2 is empty, expected the name of a class");
  write_file(names, std::string("cat\ndog\ncat\n"));
  CHECK(load_error(path, wishes) == names + ": line 3: the class \"cat\" stands in line 1, too");
  CHECK_THAT(load_error(path, {.model = "resnet20", .classes_file = dir.file("none.txt")}),
             contains("cannot be read: expected a text file with the name of a class on each line"));
}

TEST_CASE("model files: what the user says wins over the card", "[model_file]") {
  const TempDir dir;
  const std::string path = dir.file("w.safetensors");
  ModelCard card = {.model = {.name = "resnet20", .attention = "eca:k=5", .classes = 2},
                    .image_size = 8,
                    .normalisation = {{0.1, 0.2, 0.3}, {1, 1, 1}},
                    .classes = {"a", "b"}};
  write_weights(path, card.model, "", to_metadata(card));
  CHECK(load_model(path).card.model.attention == "eca:k=5");
  CHECK(load_model(path).notes.empty());
  CHECK(load_model(path, {.mean = {0.5, 0.5, 0.5}}).card.normalisation.mean[0] == 0.5);
  CHECK(load_model(path, {.model = "eca_resnet20"}).card.model.name == "eca_resnet20");
  CHECK_THAT(load_error(path, {.attention = "eca:k=3"}), contains("--attention eca:k=5 fits"));
}

}  // namespace eca::test
