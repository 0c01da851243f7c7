#include "experiments/tensorboard/tensorboard_log.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/base/error.hpp"
#include "data/images/decode_image.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/tensorboard/batch_picture.hpp"
#include "experiments/tensorboard/gate_log.hpp"
#include "experiments/training/fine_tuning.hpp"
#include "experiments/training/run_state.hpp"
#include "experiments/training/trainer.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/experiments/tensorboard/event_reader.hpp"
#include "tests/experiments/tensorboard/small_files.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

namespace {

// Twelve steps of three epochs on images of 8x8.
TrainConfig logged_config() {
  TrainConfig config;
  config.data = "synthetic:n=32,test=20,size=8,classes=6";
  config.batch_size = 8;
  config.epochs = 3;
  config.lr = 0.05;
  config.augment = "crop:1+flip";
  return config;
}

// `steps`: after which it is interrupted; 0: never.
TrainResult train_logged(const std::string& path, const TrainConfig& config, int steps = 0,
                         Start start = Start::resume) {
  const Dataset data = load_dataset(config.data);
  TensorBoardLog log(path, data, config.batch_size);
  return train(
      config, data, RunDirectory(path), start, [&] { return --steps == 0; }, &log);
}

const char* const kRepeatable[] = {"step/loss",
                                   "step/accuracy",
                                   "step/learning_rate",
                                   "epoch/train_loss",
                                   "epoch/train_accuracy",
                                   "epoch/test_loss",
                                   "epoch/test_top5",
                                   "epoch/test_accuracy",
                                   "gates_mean/layer2.1.eca",
                                   "gates_deviation/layer3.2.eca"};

}  // namespace

TEST_CASE("A logged training ends in the same weights, and says what metrics.csv says",
          "[tensorboard][train]") {
  const TempDir dir;
  TrainConfig config = logged_config();
  config.evaluate_every = 2;
  const Dataset data = load_dataset(config.data);
  const TrainResult plain =
      train(config, data, RunDirectory(dir.file("plain")), Start::begin, [] { return false; });
  CHECK(train_logged(dir.file("run"), config).weights_sha256 == plain.weights_sha256);

  const std::vector<ReadEvent> events = events_of(dir.file("run"));
  REQUIRE(events.size() > 3);
  CHECK(events[0].version == "brain.Event:2");
  CHECK(events[1].starts_session);
  CHECK(events[1].step == 0);
  const std::vector<EpochRow> rows = read_epochs(RunDirectory(dir.file("run")));
  REQUIRE(rows.size() == 3);
  const auto train_loss = scalars_of(events, "epoch/train_loss"),
             test_loss = scalars_of(events, "epoch/test_loss"), step_loss = scalars_of(events, "step/loss"),
             step_accuracy = scalars_of(events, "step/accuracy"),
             lr = scalars_of(events, "step/learning_rate");
  CHECK(step_loss.size() == 12);
  CHECK(train_loss.size() == 3);
  CHECK(test_loss.size() == 2);
  CHECK(scalars_of(events, "epoch/test_top5").size() == 2);
  CHECK(scalars_of(events, "epoch/images_per_second").at(4) > 0);
  for (const EpochRow& row : rows) {
    CHECK(train_loss.at(row.step) == Approx(row.train_loss).epsilon(1e-6));
    CHECK(scalars_of(events, "epoch/train_accuracy").at(row.step) ==
          Approx(row.train_accuracy).epsilon(1e-6));
    CHECK(lr.at(row.step) == Approx(row.lr).epsilon(1e-6));
    CHECK(test_loss.contains(row.step) == std::isfinite(row.test_loss));
    // All batches are of one size, so an epoch's loss is the mean of its steps'.
    double loss = 0, accuracy = 0;
    for (int64_t step = row.step - 3; step <= row.step; ++step) {
      loss += static_cast<double>(step_loss.at(step)) / 4;
      accuracy += static_cast<double>(step_accuracy.at(step)) / 4;
    }
    CHECK(loss == Approx(row.train_loss).epsilon(1e-5));
    CHECK(accuracy == Approx(row.train_accuracy).epsilon(1e-5));
  }
  CHECK(test_loss.at(12) == Approx(rows[2].test_loss).epsilon(1e-6));
}

TEST_CASE("Every module's gates and the first batch are logged", "[tensorboard][train]") {
  const TempDir dir;
  const TrainConfig config = logged_config();
  train_logged(dir.file("run"), config);
  const std::vector<ReadEvent> events = events_of(dir.file("run"));
  for (const char* module : {"layer1.0.eca", "layer3.2.eca"}) {
    const std::string name = module;
    const auto mean = scalars_of(events, "gates_mean/" + name),
               least = scalars_of(events, "gates_min/" + name),
               most = scalars_of(events, "gates_max/" + name);
    REQUIRE(mean.size() == 3);
    for (const auto& [step, value] : mean) {
      CHECK(value > 0);
      CHECK(value < 1);
      CHECK(least.at(step) <= value);
      CHECK(most.at(step) >= value);
    }
  }
  int histograms = 0, images = 0;
  for (const ReadEvent& event : events) {
    for (const auto& [name, h] : event.histograms) {
      ++histograms;
      const double channels = name.starts_with("gates/layer1")   ? 16
                              : name.starts_with("gates/layer2") ? 32
                                                                 : 64;
      CHECK(h.num == 20 * channels);  // all test images, as they are fewer than 64
      CHECK(static_cast<float>(h.sum / h.num) ==
            Approx(event.scalars.at("gates_mean/" + name.substr(6))).epsilon(1e-5));
    }
    for (const auto& [name, image] : event.images) {
      ++images;
      CHECK(event.step == 1);
      CHECK(name == "batch/images");
      const Image read =
          decode_image("batch.png", {reinterpret_cast<const uint8_t*>(image.png.data()), image.png.size()});
      CHECK(read.width == static_cast<int64_t>(image.width));
      CHECK(read.height == static_cast<int64_t>(image.height));
    }
  }
  CHECK(histograms == 3 * 9);  // ECA-ResNet-20 has nine blocks
  CHECK(images == 1);
}

TEST_CASE("A killed and resumed training is logged as one; what was trained twice counts once",
          "[tensorboard][train]") {
  const TempDir dir;
  const TrainConfig config = logged_config();
  train_logged(dir.file("whole"), config);
  const std::string run = dir.file("run"), checkpoint = run + "/last.safetensors";
  train_logged(run, config, 2);
  std::filesystem::copy_file(checkpoint, dir.file("earlier"));
  train_logged(run, config, 4);  // to step 6, and through the end of the first epoch
  std::filesystem::copy_file(dir.file("earlier"), checkpoint,
                             std::filesystem::copy_options::overwrite_existing);
  {  // as if killed while it wrote
    std::ofstream file(run + "/" + event_files(run).back(), std::ios::app);
    file << std::string("\x20\0\0\0\0\0\0\0half", 12);
  }
  train_logged(run, config);
  CHECK(event_files(run).size() == 3);
  const std::vector<ReadEvent> whole = events_of(dir.file("whole")), parts = events_of(run);
  for (const char* name : kRepeatable) {
    CAPTURE(name);
    CHECK(scalars_of(whole, name).size() >= 3);
    CHECK(scalars_of(parts, name) == scalars_of(whole, name));
  }
  std::vector<int64_t> starts;
  for (const std::string& name : event_files(run))
    starts.push_back(read_event(records_of(read_file(run + "/" + name))[1]).step);
  CHECK(starts == std::vector<int64_t>{0, 3, 3});

  train_logged(run, config);  // has nothing to do, and writes nothing
  CHECK(event_files(run).size() == 3);
}

TEST_CASE("A run that is replaced loses its event files, and no others", "[tensorboard][train]") {
  const TempDir dir;
  const std::string run = dir.file("run"), other = run + "/events.out.tfevents.1700000000.host.1.0";
  train_logged(run, logged_config(), 2, Start::begin);
  train_logged(run, logged_config(), 2);
  write_file(other, std::string("of another program"));
  train_logged(run, logged_config(), 0, Start::overwrite);
  CHECK(event_files(run).size() == 1);
  CHECK(std::filesystem::exists(other));
}

TEST_CASE("Where no event file can be made the training does not begin", "[tensorboard][train]") {
  const TempDir dir;
  const TrainConfig config = logged_config();
  const Dataset data = load_dataset(config.data);
  TensorBoardLog log(dir.str() + "/elsewhere", data, config.batch_size);
  const std::string text = error_text<FileError>([&] {
    train(
        config, data, RunDirectory(dir.file("run")), Start::begin, [] { return false; }, &log);
  });
  CHECK_THAT(text, contains("/elsewhere/events.out.tfevents.") && contains("cannot be made"));
  CHECK_FALSE(std::filesystem::exists(dir.str() + "/run/last.safetensors"));
}

TEST_CASE("Where the disk is full a training goes on, and nothing more is logged", "[tensorboard]") {
  const TempDir dir;
  const Dataset data = load_dataset("synthetic:n=8,test=20,size=8,classes=4");
  TensorBoardLog log(dir.str(), data, 8);
  log.begin(0, 5);
  const std::string path = dir.file(event_files(dir.str())[0]), before = read_file(path);
  {
    const SmallFiles limit(before.size() + 10);
    log.step({.step = 1, .lr = 0.1, .loss = 2, .accuracy = 50});
  }
  log.step({.step = 2, .lr = 0.1, .loss = 2, .accuracy = 50});
  CHECK(read_file(path) == before);
}

TEST_CASE("A long run has at most a thousand points", "[tensorboard]") {
  CHECK(steps_between_points(12) == 1);
  CHECK(steps_between_points(1000) == 1);
  CHECK(steps_between_points(1001) == 2);
  CHECK(steps_between_points(4100) == 5);
}

TEST_CASE("The picture of a batch has the pixels from before they were normalised", "[tensorboard]") {
  ImageSet set = {.name = "two",
                  .channels = 3,
                  .height = 1,
                  .width = 2,
                  .pixels = {255, 0, 0, 0, 255, 0, 10, 20, 30, 40, 50, 60},
                  .labels = {0, 1},
                  .classes = {"a", "b"}};
  const Normalisation normalisation = {.mean = {0.25, 0.5, 0.1}, .std = {0.5, 0.2, 0.3}};
  Loader loader(set, normalisation, {.batch_size = 2, .prefetch = 0});
  loader.start_epoch(0);
  Batch batch;
  loader.next(batch);
  const Picture picture = batch_picture(batch, set, normalisation);  // each pixel of 64x64
  CHECK(picture.at(8, 8) == Colour{255, 0, 0});
  CHECK(picture.at(8 + 127, 8 + 63) == Colour{0, 255, 0});
  CHECK(picture.at(8 + 128 + 8, 8) == Colour{10, 20, 30});
  CHECK(picture.at(8 + 128 + 8 + 64, 8) == Colour{40, 50, 60});
  CHECK(picture.width() == 8 + 128 + 8 + 128 + 8);

  set.channels = 1;
  set.pixels = {7, 200, 0, 255};
  const Normalisation grey = {.mean = {0.5}, .std = {0.25}};
  Loader of_grey(set, grey, {.batch_size = 2, .prefetch = 0});
  of_grey.start_epoch(0);
  of_grey.next(batch);
  CHECK(batch_picture(batch, set, grey, /*most=*/1).at(8, 8) == Colour{7, 7, 7});
  CHECK(batch_picture(batch, set, grey, /*most=*/1).width() == 8 + 128 + 8);
}

TEST_CASE("Gates are seen through frozen weights too, and the network is left as it was", "[tensorboard]") {
  const Dataset data = load_dataset("synthetic:n=8,test=20,size=8,classes=4");
  const auto network = make_model({.name = "eca_resnet20", .in_channels = 3, .classes = 4});
  network->initialise(1);
  network->train();
  const auto tables = gates_of_first(*network, data.test, data.normalisation, 64, 8);
  REQUIRE(tables.size() == 9);
  CHECK(tables[0].images() == 20);
  CHECK(network->training());
  freeze(*network, "conv1,bn1,layer1,layer2");
  const auto frozen = gates_of_first(*network, data.test, data.normalisation, 64, 8);
  REQUIRE(frozen.size() == 9);
  CHECK(frozen[0].values == tables[0].values);
  const auto plain = make_model({.name = "resnet20", .in_channels = 3, .classes = 4});
  plain->initialise(1);
  CHECK(gates_of_first(*plain, data.test, data.normalisation, 64, 8).empty());
}

TEST_CASE("Statistics and histograms of values, worked out by hand", "[tensorboard]") {
  const GateStatistics s = statistics_of({1, 3, 5, 7});
  CHECK(s.mean == 4);
  CHECK(s.deviation == Approx(std::sqrt(5)));
  CHECK(s.min == 1);
  CHECK(s.max == 7);
  const Histogram h = histogram({1, 3, 5, 7, NAN}, 3);
  CHECK(h.counts == std::vector<double>{1, 1, 2});
  CHECK(h.limits[0] == 3);
  CHECK(h.limits[2] > 7);
  CHECK(h.sum == 16);
  CHECK(h.sum_squares == 84);
  CHECK(histogram({0.5, 0.5}).counts == std::vector<double>{2});
  CHECK(histogram({}).counts.empty());
}

}  // namespace eca::test
