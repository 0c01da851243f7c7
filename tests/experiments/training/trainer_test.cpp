#include "experiments/training/trainer.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/safetensors.hpp"
#include "core/parallel/threads.hpp"
#include "data/sets/dataset.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

namespace {

// Twelve steps of three epochs on images of 8x8.
TrainConfig small_config() {
  TrainConfig config;
  config.data = "synthetic:n=32,test=20,size=8,classes=4";
  config.batch_size = 8;
  config.epochs = 3;
  config.lr = 0.05;
  config.augment = "crop:1+flip";
  return config;
}

TrainResult train_in(const std::string& path, const TrainConfig& config) {
  const RunDirectory directory(path);
  directory.create(config);
  return train(config, load_dataset(config.data), directory, /*resume=*/false, [] { return false; });
}

// The columns of metrics.csv that do not tell time.
std::string numbers_of(const std::string& metrics) {
  std::istringstream lines(metrics);
  std::string numbers;
  for (std::string line; std::getline(lines, line);) numbers += line.substr(0, line.rfind(',')) + "\n";
  return numbers;
}

}  // namespace

TEST_CASE("training gives the same weights at 1, 2, 3 and 5 threads", "[train][threads]") {
  const SettingsRestored restored;
  const TempDir dir;
  std::set<std::string> hashes;
  for (const int n : {1, 2, 3, 5}) {
    set_threads(n);
    hashes.insert(train_in(dir.file("threads" + std::to_string(n)), small_config()).weights_sha256);
  }
  CHECK(hashes.size() == 1);
}

TEST_CASE("another seed gives other weights", "[train]") {
  const TempDir dir;
  TrainConfig config = small_config();
  const std::string first = train_in(dir.file("a"), config).weights_sha256;
  config.seed = 2;
  CHECK(train_in(dir.file("b"), config).weights_sha256 != first);
}

TEST_CASE("an interrupted and resumed run equals an uninterrupted one", "[train]") {
  const TempDir dir;
  const TrainConfig config = small_config();
  const TrainResult whole = train_in(dir.file("whole"), config);

  const RunDirectory directory(dir.file("parts"));
  directory.create(config);
  const Dataset data = load_dataset(config.data);
  TrainResult result;
  int sittings = 0, steps = 0;
  do {  // sittings of 1, 2, 3, ... steps
    ++sittings;
    steps = 0;
    result = train(config, data, directory, /*resume=*/true, [&] { return ++steps == sittings; });
  } while (result.interrupted);
  CHECK(sittings == 5);  // 1 + 2 + 3 + 4 + 2 steps
  CHECK(result.weights_sha256 == whole.weights_sha256);
  CHECK(result.accuracy == whole.accuracy);
  CHECK(numbers_of(read_file(dir.file("parts/metrics.csv"))) ==
        numbers_of(read_file(dir.file("whole/metrics.csv"))));
}

TEST_CASE("evaluating less often changes no weights, and the last epoch is evaluated always", "[train]") {
  const TempDir dir;
  TrainConfig config = small_config();
  const TrainResult always = train_in(dir.file("always"), config);
  config.evaluate_every = 2;
  const TrainResult seldom = train_in(dir.file("seldom"), config);
  CHECK(seldom.weights_sha256 == always.weights_sha256);
  CHECK(seldom.accuracy == always.accuracy);
  const auto rows = [&](const std::string& run) {
    std::string text = numbers_of(read_file(dir.file(run + "/metrics.csv")));
    text.pop_back();  // the end of the last line
    return split(text, '\n');
  };
  const std::vector<std::string> full = rows("always"), sparse = rows("seldom");
  REQUIRE(sparse.size() == 4);
  CHECK(sparse[1] == full[1].substr(0, full[1].rfind(',', full[1].rfind(',') - 1)) + ",nan,nan");
  CHECK(sparse[2] == full[2]);
  CHECK(sparse[3] == full[3]);
}

TEST_CASE("a run directory holds all it promises", "[train]") {
  const TempDir dir;
  const TrainConfig config = small_config();
  const TrainResult result = train_in(dir.file("run"), config);
  CHECK(read_file(dir.file("run/config.txt")) == to_text(config));
  CHECK_THAT(read_file(dir.file("run/environment.txt")),
             contains("compiler: ") && contains("threads: ") && contains("layer1.0.eca: k = 3"));
  const std::string metrics = read_file(dir.file("run/metrics.csv"));
  CHECK(std::count(metrics.begin(), metrics.end(), '\n') == 1 + config.epochs);
  for (const char* name : {"last.safetensors", "best.safetensors", "weights.safetensors"}) {
    CHECK(read_safetensors(dir.file(std::string("run/") + name)).has_checksum);
  }
  CHECK(result.weights_sha256.size() == 64);
  CHECK_THAT(error_text<Error>([&] { RunDirectory(dir.file("run")).create(config); }),
             contains("holds a run already") && contains("--resume"));
}

TEST_CASE("a run without a checkpoint may be begun again, with other settings too", "[train]") {
  const TempDir dir;
  const RunDirectory directory(dir.file("run"));
  directory.create(small_config());
  TrainConfig config = small_config();
  config.batch_size = 4;
  directory.create(config);
  CHECK(read_file(directory.file("config.txt")) == to_text(config));
  TrainConfig asked;
  set_key(asked, "lr", "0.5");
  CHECK(directory.resume(asked).lr == 0.5);
  CHECK(directory.resume(asked).batch_size == 4);
  for (const char* progress : {"last.safetensors", "weights.safetensors"}) {
    write_file(directory.file(progress), std::string("x"));
    CHECK_THAT(error_text<Error>([&] { directory.create(config); }), contains("holds a run already"));
    CHECK_THAT(error_text<Error>([&] { directory.resume(asked); }), contains("cannot resume with lr"));
    std::filesystem::remove(directory.file(progress));
  }
}

TEST_CASE("resuming with another configuration is refused, with other threads it is not", "[train]") {
  const TempDir dir;
  const RunDirectory directory(dir.file("run"));
  directory.create(small_config());
  write_file(directory.file("last.safetensors"), std::string("a checkpoint"));
  TrainConfig asked;
  set_key(asked, "threads", "3");
  set_key(asked, "epochs", "3");
  CHECK(directory.resume(asked).threads == 3);
  CHECK(directory.resume(asked).batch_size == 8);
  set_key(asked, "lr", "0.5");
  CHECK_THAT(error_text<Error>([&] { directory.resume(asked); }),
             contains("cannot resume with lr = 0.5; the run has lr = 0.05"));
}

TEST_CASE("a run that meets NaN stops, says where, and keeps its checkpoint", "[train]") {
  const TempDir dir;
  TrainConfig config = small_config();
  config.schedule = "constant";
  config.lr = 1e30;
  const std::string message = error_text<Error>([&] { train_in(dir.file("run"), config); });
  CHECK_THAT(message, contains("training diverged at step") && contains("expected a finite number") &&
                          contains("learning rate 1e+30") && contains("try a lower --lr"));
  CHECK_THAT(message, contains("first bad parameter: Tensor \"") || contains("not finite: output of "));
  CHECK(std::filesystem::exists(dir.file("run/config.txt")));
}

TEST_CASE("a batch larger than the training set takes all of it", "[train]") {
  const TempDir dir;
  TrainConfig large = small_config(), whole = small_config();
  large.batch_size = 33;
  whole.batch_size = 32;
  CHECK(train_in(dir.file("large"), large).weights_sha256 ==
        train_in(dir.file("whole"), whole).weights_sha256);
}

}  // namespace eca::test
