#include "experiments/training/trainer.hpp"

#include <unistd.h>

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
#include "experiments/training/checkpoint_file.hpp"
#include "experiments/training/run_state.hpp"
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
  return train(config, load_dataset(config.data), RunDirectory(path), Start::begin, [] { return false; });
}

// Goes on with other settings or data; all in one sitting.
TrainResult resume_in(const std::string& path, const TrainConfig& config) {
  return train(config, load_dataset(config.data), RunDirectory(path), Start::resume, [] { return false; });
}

// A run that was interrupted after so many steps.
void interrupt_in(const std::string& path, const TrainConfig& config, int steps) {
  int done = 0;
  train(config, load_dataset(config.data), RunDirectory(path), Start::begin, [&] { return ++done == steps; });
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
  const Dataset data = load_dataset(config.data);
  TrainResult result;
  int sittings = 0, steps = 0;
  do {  // sittings of 1, 2, 3, ... steps
    ++sittings;
    steps = 0;
    result = train(config, data, directory, Start::resume, [&] { return ++steps == sittings; });
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

// metrics.csv, a line each.
static std::vector<std::string> metrics_of(const std::string& run) {
  std::string text = read_file(run + "/metrics.csv");
  text.pop_back();  // the end of the last line
  return split(text, '\n');
}

static TrainConfig six_classes() {
  TrainConfig config = small_config();
  config.data = "synthetic:n=32,test=20,size=8,classes=6";
  return config;
}

TEST_CASE("the top-5 accuracy of more than five classes is the last column of metrics.csv", "[train]") {
  const TempDir dir;
  TrainConfig config = six_classes();
  config.evaluate_every = 2;
  const TrainResult result = train_in(dir.file("six"), config);
  CHECK(result.top5 >= result.accuracy);
  CHECK(result.top5 <= 100);
  const std::vector<std::string> rows = metrics_of(dir.file("six"));
  REQUIRE(rows.size() == 4);
  CHECK(rows[0] == "epoch,step,lr,train_loss,train_accuracy,test_loss,test_accuracy,seconds,test_top5");
  CHECK(split(rows[1], ',').back() == "nan");
  CHECK(*finite_number(split(rows[3], ',').back()) == Approx(result.top5));
  const EpochRow last = read_last_epoch(RunDirectory(dir.file("six")));
  CHECK(last.test_accuracy == Approx(result.accuracy));
  CHECK(last.step == 12);
  CHECK(resume_in(dir.file("six"), config).top5 == result.top5);  // it is finished: of the checkpoint

  CHECK(train_in(dir.file("four"), small_config()).top5 == -1);
  CHECK(metrics_of(dir.file("four"))[0].ends_with(",seconds"));
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
  RunDirectory directory(dir.file("run"));
  directory.own();
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
    std::filesystem::remove(directory.file(progress));
  }
}

TEST_CASE("parts of a batch that the images do not fill are refused", "[train]") {
  const TempDir dir;
  TrainConfig config = small_config();
  config.batch_size = 64;
  config.accumulate = 4;
  CHECK(error_text<Error>([&] { train_in(dir.file("run"), config); }) ==
        "accumulate: a step takes 4 parts of 16 images, but there are 32 training images");
}

TEST_CASE("resuming names every setting and all data that changed, threads may", "[train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  interrupt_in(run, small_config(), 2);
  TrainConfig config = small_config();
  config.lr = 0.5;
  config.batch_size = 4;
  config.epochs = 5;
  config.data = "synthetic:n=16,test=20,size=8,classes=3";
  const std::string checkpoint = read_file(run + "/last.safetensors");
  CHECK_THAT(error_text<Error>([&] { resume_in(run, config); }),
             contains(run + ": cannot be resumed") && contains("\n  batch-size: expected 8, found 4\n") &&
                 contains("\n  lr: expected 0.05, found 0.5\n") && contains("\" is missing\n") &&
                 contains("training images of class \"") && contains("\n  epochs: expected 3, found 5\n"));
  config = small_config();
  config.epochs = 5;
  CHECK_THAT(error_text<Error>([&] { resume_in(run, config); }),
             contains("\n  epochs: expected 3, found 5; only a finished run can be prolonged\n"));
  CHECK(read_file(run + "/last.safetensors") == checkpoint);
  config = small_config();
  config.threads = 3;
  CHECK_FALSE(resume_in(run, config).interrupted);
}

// Rewrites a checkpoint with another text in its metadata.
static void edit_checkpoint(const std::string& path, const std::string& key, const std::string& from,
                            const std::string& to) {
  TensorFile file = read_safetensors(path);
  std::string& text = file.metadata.at(key);
  REQUIRE(text.find(from) != std::string::npos);
  text.replace(text.find(from), from.size(), to);
  write_safetensors(path, file);
}

TEST_CASE("a run goes on with changed data where that is asked for, and remembers the earlier ones",
          "[train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  const std::string checkpoint = run + "/last.safetensors";
  const auto stop_after = [&](const TrainConfig& config, Start start, int steps) {
    return train(config, load_dataset(config.data), RunDirectory(run), start, [&] { return --steps == 0; });
  };
  interrupt_in(run, small_config(), 7);  // the third batch of the second epoch of four
  TrainConfig fewer = small_config();
  fewer.data = "synthetic:n=16,test=20,size=8,classes=4";
  CHECK_THAT(error_text<Error>([&] { resume_in(run, fewer); }),
             contains("training images of class \"") && contains("go on with --accept-changed-data"));
  CHECK(stop_after(fewer, Start::resume_on_changed_data, 3).interrupted);
  // Two batches an epoch: the second epoch again, and one step of the third.
  CHECK(read_last_epoch(RunDirectory(run)).epoch == 2);
  CHECK(read_last_epoch(RunDirectory(run)).step == 4);
  const Identity identity = read_identity(checkpoint);
  REQUIRE(identity.earlier_data.size() == 1);
  CHECK_THAT(identity.earlier_data.front(), contains("1 epochs on 32 training images (labels "));
  CHECK(identity.train.images == identity_of(fewer, load_dataset(fewer.data), {}).train.images);
  // From here on these are the run's data.
  CHECK_FALSE(resume_in(run, fewer).interrupted);
  CHECK(metrics_of(run).size() == 4);

  TrainConfig other = small_config();
  other.data = "synthetic:n=16,test=20,size=8,classes=3";
  const std::string refused = error_text<Error>([&] { stop_after(other, Start::resume_on_changed_data, 1); });
  CHECK_THAT(refused, contains("\" is missing") && !contains("--accept-changed-data"));
}

TEST_CASE("metrics.csv of a run that was begun without the top-5 column goes on without it", "[train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  interrupt_in(run, six_classes(), 2);
  edit_checkpoint(run + "/last.safetensors", "progress", ",test_top5", "");
  edit_checkpoint(run + "/last.safetensors", "progress", "\"last_top5\":-1.0,", "");
  CHECK(resume_in(run, six_classes()).top5 >= 0);
  const std::vector<std::string> rows = metrics_of(run);
  REQUIRE(rows.size() == 4);
  for (const std::string& row : rows) CHECK(split(row, ',').size() == 8);
}

TEST_CASE("an epoch without progress is an error, not an endless loop", "[train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  interrupt_in(run, small_config(), 2);
  edit_checkpoint(run + "/last.safetensors", "progress", "\"batch\":2", "\"batch\":4");
  CHECK_THAT(error_text<Error>([&] { resume_in(run, small_config()); }),
             contains("no progress: epoch 1 is to go on after batch 4, but has only 4 batches"));
}

TEST_CASE("a checkpoint of another machine is gone on with, one without identity is not", "[train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  interrupt_in(run, small_config(), 2);
  edit_checkpoint(run + "/last.safetensors", "identity", "\"instruction set\":\"",
                  "\"instruction set\":\"better ");
  CHECK(train(small_config(), load_dataset(small_config().data), RunDirectory(run), Start::resume, [] {
          return true;
        }).interrupted);
  TensorFile file = read_safetensors(run + "/last.safetensors");
  file.metadata.erase("identity");
  write_safetensors(run + "/last.safetensors", file);
  CHECK_THAT(error_text<FileError>([&] { resume_in(run, small_config()); }),
             contains("last.safetensors: does not say which settings and data it was trained with"));
}

TEST_CASE("an edited config.txt is not believed", "[train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  train_in(run, small_config());
  TrainConfig config = small_config();
  config.epochs = 2;
  config.batch_size = 16;
  write_file(run + "/config.txt", to_text(config));
  config = RunDirectory(run).resume(TrainConfig{});
  CHECK_THAT(error_text<Error>([&] { resume_in(run, config); }),
             contains("epochs: expected 3, found 2") && contains("batch-size: expected 8, found 16"));
}

TEST_CASE("a run directory belongs to one training", "[train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  const std::string refused =
      run + ": process " + std::to_string(getpid()) + " is training in this directory; wait until it ends";
  std::string begin, resume;
  train(small_config(), load_dataset(small_config().data), RunDirectory(run), Start::begin, [&] {
    if (begin.empty()) {
      begin = error_text<Error>([&] { train_in(run, small_config()); });
      resume = error_text<Error>([&] { resume_in(run, small_config()); });
    }
    return false;
  });
  CHECK_THAT(begin, contains(refused));
  CHECK_THAT(resume, contains(refused));
  CHECK_FALSE(resume_in(run, small_config()).interrupted);
}

TEST_CASE("what makes no run is refused before a directory is made", "[train]") {
  const TempDir dir;
  TrainConfig config = small_config();
  config.augment = "crop:99";
  CHECK_THAT(error_text<Error>([&] { train_in(dir.file("run"), config); }), contains("99"));
  config = small_config();
  config.init = dir.file("nothing");
  CHECK_THAT(error_text<Error>([&] { train_in(dir.file("run"), config); }), contains("nothing"));
  CHECK_FALSE(std::filesystem::exists(dir.file("run")));
}

TEST_CASE("a finished run is prolonged; with a constant rate it is that of the longer one", "[train]") {
  const TempDir dir;
  TrainConfig config = small_config();
  config.schedule = "constant";
  train_in(dir.file("run"), config);
  config.epochs = 5;
  const TrainResult whole = train_in(dir.file("whole"), config);
  int steps =
      0;  // prolonged, interrupted at its first step, with the old config.txt as if killed before it was written
  const std::string before = read_file(dir.file("run/config.txt"));
  CHECK(train(config, load_dataset(config.data), RunDirectory(dir.file("run")), Start::resume, [&] {
          return ++steps == 1;
        }).interrupted);
  CHECK_FALSE(std::filesystem::exists(dir.file("run/weights.safetensors")));
  CHECK(RunDirectory(dir.file("run")).resume(TrainConfig{}).epochs == 5);
  write_file(dir.file("run/config.txt"), before);
  CHECK(resume_in(dir.file("run"), RunDirectory(dir.file("run")).resume(TrainConfig{})).weights_sha256 ==
        whole.weights_sha256);
  CHECK(RunDirectory(dir.file("run")).resume(TrainConfig{}).epochs == 5);
  config.epochs = 3;
  CHECK_THAT(error_text<Error>([&] { resume_in(dir.file("run"), config); }),
             contains("epochs: expected 5, found 3"));
}

TEST_CASE("a run is overwritten, and nothing beside it", "[train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  const TrainResult first = train_in(run, small_config());
  write_file(run + "/notes.txt", std::string("mine"));
  TrainConfig config = small_config();
  config.seed = 2;
  const auto overwrite = [&](const std::string& folder) {
    return train(config, load_dataset(config.data), RunDirectory(folder), Start::overwrite,
                 [] { return false; });
  };
  CHECK(overwrite(run).weights_sha256 != first.weights_sha256);
  CHECK(read_file(run + "/config.txt") == to_text(config));
  CHECK(read_file(run + "/notes.txt") == "mine");
  CHECK_FALSE(overwrite(dir.file("new")).interrupted);

  std::filesystem::create_directory(dir.file("photos"));
  write_file(dir.file("photos/weights.safetensors"), std::string("mine"));
  CHECK_THAT(error_text<Error>(
                 [&] { RunDirectory(dir.file("photos")).check_free(TrainConfig{}, /*overwrite=*/true); }),
             contains("--overwrite replaces a run, but this folder holds none"));
  write_file(dir.file("photos/config.txt"), std::string("of another program"));
  CHECK_THAT(error_text<FileError>(
                 [&] { RunDirectory(dir.file("photos")).check_free(TrainConfig{}, /*overwrite=*/true); }),
             contains("photos/config.txt: line 1"));
}

TEST_CASE("temporary files of a killed training are removed, others are not", "[train]") {
  const TempDir dir;
  write_file(dir.file("last.safetensors.123.tmp"), std::string("half"));
  write_file(dir.file("mine.tmp"), std::string("mine"));
  RunDirectory directory(dir.str());
  directory.own();
  CHECK_FALSE(std::filesystem::exists(dir.file("last.safetensors.123.tmp")));
  CHECK(std::filesystem::exists(dir.file("mine.tmp")));
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
