#include "experiments/training/train_config.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "data/sets/dataset.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

TEST_CASE("a resolved configuration reads back as the same configuration", "[config]") {
  TrainConfig config;
  config.model = "se_resnet32";
  config.attention = "se:r=8,bias=true";
  config.lr = 0.1 + 0.2;  // needs 17 digits
  config.nesterov = false;
  config.out = "runs/a b";
  TrainConfig read;
  read_config_text(read, to_text(config), "config.txt");
  CHECK(to_text(read) == to_text(config));
  CHECK(read.lr == config.lr);
  CHECK(read.given.size() == config_keys().size());
}

TEST_CASE("the configurations of experiments/imagenet are valid", "[config]") {
  int found = 0;
  for (const auto& entry : std::filesystem::directory_iterator("experiments/imagenet")) {
    if (entry.path().extension() != ".txt") continue;
    CAPTURE(entry.path().string());
    TrainConfig config;
    read_config_file(config, entry.path().string());
    CHECK_NOTHROW(check_config(config));
    CHECK_NOTHROW(check_image_size(config, /*named=*/true));
    CHECK(config.image_size == 224);
    CHECK(with_absolute_paths(config.data).ends_with("/imagenet,resize=256,normalise=imagenet"));
    ++found;
  }
  CHECK(found == 4);
}

TEST_CASE("configuration files: comments, spaces, and errors with file and line", "[config]") {
  TrainConfig config;
  read_config_text(config, "# a comment\n\n  lr =  0.5  # and another\nepochs=3\r\n", "c.txt");
  CHECK(config.lr == 0.5);
  CHECK(config.epochs == 3);
  read_config_text(config, "out = /c#/runs # 'c#' is a folder\n#out = x\n", "c.txt");
  CHECK(config.out == "/c#/runs");

  const auto error_of = [](const std::string& text) {
    return error_text<FileError>([&] {
      TrainConfig other;
      read_config_text(other, text, "c.txt");
    });
  };
  CHECK(error_of("lr 0.5\n") == "c.txt: line 1: \"lr 0.5\", expected key = value");
  CHECK_THAT(error_of("\nlearning-rat = 1\n"),
             contains("c.txt: line 2: unknown key \"learning-rat\"") && contains("possible are: model"));
  CHECK_THAT(error_of("batchsize = 1\n"), contains("did you mean \"batch-size\"?"));
  CHECK_THAT(error_of("epochs = many\n"), contains("epochs: \"many\", expected a whole number"));
  CHECK_THAT(error_of("epochs = 3.5\n"), contains("epochs: \"3.5\", expected a whole number"));
  CHECK_THAT(error_of("lr = nan\n"), contains("lr: \"nan\", expected a finite number"));
  CHECK_THAT(error_of("nesterov = yes\n"), contains("nesterov: \"yes\", expected true or false"));
  CHECK_THAT(error_of("lr = 1\nlr = 2\n"), contains("line 2: key \"lr\" is given twice"));
}

TEST_CASE("a configuration file that is not there", "[config]") {
  TrainConfig config;
  CHECK_THAT(error_text<FileError>([&] { read_config_file(config, "/no/such/config.txt"); }),
             contains("/no/such/config.txt: cannot read"));
}

TEST_CASE("every flipped bit of a configuration file is refused or still a complete configuration",
          "[config]") {
  const std::string text = to_text(TrainConfig{});
  int refused = 0;
  for (size_t bit = 0; bit < 8 * text.size(); ++bit) {
    std::string damaged = text;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    TrainConfig config;
    try {
      read_config_text(config, damaged, "c.txt");
    } catch (const FileError&) {
      ++refused;
    }
  }
  CHECK(refused > 1000);  // every bit of a key's name, for a start; no other exception, no crash
}

TEST_CASE("values that make no run are refused before anything is loaded or written", "[config]") {
  const auto error_with = [](const std::string& key, const std::string& value) {
    return error_text<Error>([&] {
      TrainConfig config;
      set_key(config, key, value);
      check_config(config);
    });
  };
  CHECK(error_with("batch-size", "0") == "batch-size: 0, expected at least 1 and at most 1e9");
  CHECK(error_with("accumulate", "3") == "accumulate: 3, expected a divisor of batch-size 128");
  CHECK(error_with("epochs", "0") == "epochs: 0, expected at least 1 and at most 1e9");
  CHECK(error_with("epochs", "99999999999") == "epochs: 99999999999, expected at least 1 and at most 1e9");
  CHECK(error_with("sampling", "even") == "sampling: \"even\", expected all or balanced");
  CHECK_THAT(error_with("lr", "-1"), contains("lr: -1, expected 0 to"));
  CHECK_THAT(error_with("momentum", "1"), contains("momentum: 1, expected 0 <= momentum < 1"));
  CHECK_THAT(error_with("label-smoothing", "1"), contains("label-smoothing: 1, expected"));
  CHECK_THAT(error_with("threads", "-2"), contains("threads: -2, expected 0 to 1024"));
  CHECK_THAT(error_with("loader-threads", "2000"), contains("loader-threads: 2000, expected 0 to 1024"));
  CHECK_THAT(error_with("data-memory", "5T"), contains("data-memory: \"5T\", expected auto, or bytes"));
  CHECK_THAT(error_with("optimizer", "sgdm"), contains("did you mean \"sgd\"?"));
  CHECK_THAT(error_with("schedule", "triangle"), contains("triangular"));
  CHECK_THAT(error_with("augment", "rotate"), contains("rotate"));
  CHECK_THAT(error_with("kernels", "quick"), contains("kernels: \"quick\", expected ref, fast or cuda"));
  CHECK_THAT(error_with("shortcut", "C"), contains("expected A") && contains("B"));
  CHECK_THAT(error_with("model", "eca_resnet21"), contains("unknown name \"eca_resnet21\" (did you mean"));
  CHECK_THAT(error_with("attention", "se"), contains("says eca") && contains("\"se\""));
  for (const char* data : {"synthetic:#", "folder:/c#/photos"})
    CHECK(error_with("data", data) == "nothing was thrown");
  for (const char* data :
       {"#x", "folder:/photos #1", "folder:/photos\t#1", "folder:/a\nb", "folder:/photos "}) {
    CHECK_THAT(error_with("data", data), contains("data: \"") && contains("cannot stand in config.txt"));
  }
}

TEST_CASE("paths of a configuration are kept absolute", "[config]") {
  const std::string here = std::filesystem::current_path().string();
  TrainConfig config;
  set_key(config, "data", "folder:photos");
  set_key(config, "init", "runs/a");
  CHECK(config.data == "folder:" + here + "/photos");
  CHECK(config.init == here + "/runs/a");
  set_key(config, "data", config.data);
  CHECK(config.data == "folder:" + here + "/photos");
  set_key(config, "init", "");
  CHECK(config.init.empty());
}

TEST_CASE("an image size is refused where the data have their own", "[config]") {
  TrainConfig config;
  CHECK_NOTHROW(check_image_size(config, /*named=*/false));
  CHECK_THAT(error_text<Error>([&] { check_image_size(config, /*named=*/true); }),
             contains("image-size: 32, but the data are \"synthetic\"; expected only with folder:DIR"));
  config.image_size = 64;
  CHECK_THAT(error_text<Error>([&] { check_image_size(config, /*named=*/false); }),
             contains("image-size: 64"));
  config.data = "folder:pictures";
  CHECK_NOTHROW(check_image_size(config, /*named=*/true));
}

TEST_CASE("the default run directory names model, data and seed", "[config]") {
  TrainConfig config;
  config.data = "cifar10:/some/where";
  CHECK(run_directory(config) == "runs/eca_resnet20-cifar10-seed1");
  config.attention = "eca:k=5";
  CHECK(run_directory(config) == "runs/eca_k_5-eca_resnet20-cifar10-seed1");
  config.out = "elsewhere";
  CHECK(run_directory(config) == "elsewhere");
}

}  // namespace eca::test
