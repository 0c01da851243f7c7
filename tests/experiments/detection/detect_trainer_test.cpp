#include "experiments/detection/detect_trainer.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <sstream>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/safetensors.hpp"
#include "core/parallel/threads.hpp"
#include "experiments/common/gnuplot.hpp"
#include "experiments/detection/detector_file.hpp"
#include "experiments/detection/evaluate_detector.hpp"
#include "experiments/tensorboard/detect_log.hpp"
#include "experiments/training/checkpoint_file.hpp"
#include "experiments/watch/watched_run.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/experiments/tensorboard/event_reader.hpp"
#include "tests/settings.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

namespace {

// Twelve steps of two epochs on scenes of 64x64.
DetectConfig small_detect_config() {
  DetectConfig config;
  config.model = "small_faster_rcnn:eca_resnet20";
  config.backbone_width = "0.25";
  config.data = "scenes:n=24,test=6,size=64,items=shapes";
  config.image_size = "64";
  config.batch_size = 4;
  config.epochs = 2;
  config.augment = "flip+scale:0.8";
  return config;
}

DetectTrainResult train_detector_in(const std::string& path, const DetectConfig& config,
                                    Start start = Start::begin) {
  return train_detector(config, load_detection_data(config.data), RunDirectory(path), start,
                        [] { return false; });
}

std::vector<std::string> rows_of(const std::string& run) {
  std::string text = read_file(run + "/metrics.csv");
  text.pop_back();  // the end of the last line
  return split(text, '\n');
}

// The columns of metrics.csv that do not tell time.
std::string numbers_of_run(const std::string& run) {
  std::string numbers;
  for (const std::string& row : rows_of(run))
    numbers += row.substr(0, row.rfind(',', row.rfind(',') - 1)) + "\n";
  return numbers;
}

// Of the last row of metrics.csv.
double last_number(const std::string& run, const std::string& column) {
  const std::vector<std::string> rows = rows_of(run), names = split(rows.front(), ','),
                                 values = split(rows.back(), ',');
  const auto at = std::find(names.begin(), names.end(), column) - names.begin();
  REQUIRE(at < std::ssize(values));
  return finite_number(values[static_cast<size_t>(at)]).value_or(-1);
}

}  // namespace

TEST_CASE("training a detector gives the same weights at 1, 2 and 3 threads", "[detect-train][threads]") {
  const SettingsRestored restored;
  const TempDir dir;
  DetectConfig config = small_detect_config();
  config.model = GENERATE("small_mask_rcnn:eca_resnet20", "small_retinanet:eca_resnet20");
  config.epochs = 1;
  std::set<std::string> hashes;
  for (const int n : {1, 2, 3}) {
    set_threads(n);
    hashes.insert(train_detector_in(dir.file("threads" + std::to_string(n)), config).weights_sha256);
  }
  CHECK(hashes.size() == 1);
}

TEST_CASE("training a detector: interrupted and resumed equals uninterrupted", "[detect-train]") {
  const TempDir dir;
  const DetectConfig config = small_detect_config();
  const DetectTrainResult whole = train_detector_in(dir.file("whole"), config);
  const RunDirectory directory(dir.file("parts"));
  const DetectionData data = load_detection_data(config.data);
  DetectTrainResult result;
  int sittings = 0, steps = 0;
  do {  // sittings of 1, 2, 3, ... steps
    ++sittings;
    steps = 0;
    result = train_detector(config, data, directory, Start::resume, [&] { return ++steps == sittings; });
  } while (result.interrupted);
  CHECK(sittings == 5);  // 1 + 2 + 3 + 4 + 2 steps
  CHECK(result.weights_sha256 == whole.weights_sha256);
  CHECK(result.box_ap == whole.box_ap);
  CHECK(numbers_of_run(dir.file("parts")) == numbers_of_run(dir.file("whole")));

  // Another seed gives other weights, and is no way to go on.
  DetectConfig other = config;
  other.seed = 2;
  CHECK_THAT(error_text<Error>([&] { train_detector_in(dir.file("whole"), other, Start::resume); }),
             contains("cannot be resumed") && contains("seed: expected 1, found 2") &&
                 contains("--init " + dir.file("whole")));
  CHECK(train_detector_in(dir.file("other"), other).weights_sha256 != whole.weights_sha256);
  // Other data neither.
  DetectConfig more = config;
  more.data = "scenes:n=25,test=6,size=64,items=shapes";
  CHECK_THAT(error_text<Error>([&] { train_detector_in(dir.file("whole"), more, Start::resume); }),
             contains("training images: expected 24 images, ") && contains(", found 25 images, ") &&
                 !contains("test images") && contains("go on with --accept-changed-data"));
  CHECK_THAT(error_text<Error>([&] { train_detector_in(dir.file("whole"), config); }),
             contains("holds a run already"));
  // More epochs of a finished run are.
  DetectConfig longer = config;
  longer.epochs = 3;
  train_detector_in(dir.file("whole"), longer, Start::resume);
  CHECK(rows_of(dir.file("whole")).size() == 4);
}

TEST_CASE("training a detector: metrics.csv has the losses by part, and the AP of the weights beside it",
          "[detect-train]") {
  const TempDir dir;
  DetectConfig config = small_detect_config();
  config.model = "small_mask_rcnn:eca_resnet20";
  config.epochs = 2;
  config.evaluate_every = 2;
  const std::string run = dir.file("run");
  const DetectTrainResult result = train_detector_in(run, config);
  const std::vector<std::string> rows = rows_of(run);
  REQUIRE(rows.size() == 3);
  CHECK(rows[0] ==
        "epoch,step,lr,train_loss,loss_objectness,loss_rpn_box_reg,loss_classifier,loss_box_reg,loss_mask,"
        "box_ap,box_ap50,box_ap75,mask_ap,mask_ap50,mask_ap75,images_per_second,seconds");
  CHECK(split(rows[1], ',')[9] == "nan");
  double sum = 0;
  for (const char* part :
       {"loss_objectness", "loss_rpn_box_reg", "loss_classifier", "loss_box_reg", "loss_mask"}) {
    CHECK(last_number(run, part) > 0);
    sum += last_number(run, part);
  }
  CHECK(last_number(run, "train_loss") == Approx(sum));

  const LoadedDetector detector = load_detector(run);
  CHECK(detector.path == run + "/weights.safetensors");
  CHECK_FALSE(detector.network->training());
  const DetectionData data = load_detection_data(data_of_detect_run(run), {.test_only = true});
  const CocoDataset truth = data.test->truth();
  const DetectionsFound found = detect_all(*detector.network, *data.test, detector.card.normalisation,
                                           detector.card.canvas, [](int64_t) {});
  const DetectorScores scores = scores_of(truth, found.detections, /*masks=*/true);
  CHECK(scores.boxes.all.ap == result.box_ap);
  REQUIRE(scores.masks);
  CHECK(scores.masks->all.ap == result.mask_ap);
  CHECK(last_number(run, "box_ap50") == Approx(scores.boxes.all.ap50).epsilon(1e-8));
  CHECK(last_number(run, "mask_ap75") == Approx(scores.masks->all.ap75).epsilon(1e-8));
  // One image by itself finds the same.
  const auto alone =
      detect_on(*detector.network, data.test->at(2).image, detector.card.normalisation, detector.card.canvas);
  const auto first = std::find_if(found.detections.begin(), found.detections.end(),
                                  [](const CocoDetection& detection) { return detection.image == 2; });
  REQUIRE(first != found.detections.end());
  REQUIRE_FALSE(alone.empty());
  CHECK(alone.front().score == Approx(first->score));
  CHECK(alone.front().mask == first->mask);
  if (have_gnuplot()) CHECK(read_file(run + "/training.png").starts_with("\x89PNG"));
}

TEST_CASE("training a detector: goes on with other data where that is accepted", "[detect-train]") {
  const TempDir dir;
  DetectConfig config = small_detect_config();
  config.epochs = 3;
  const std::string run = dir.file("run");
  int steps = 0;
  // Eight steps: one epoch of six, and two that are made again.
  train_detector(config, load_detection_data(config.data), RunDirectory(run), Start::begin,
                 [&] { return ++steps == 8; });
  DetectConfig fewer = config;
  fewer.data = "scenes:n=16,test=6,size=64,items=shapes";
  CHECK_THAT(error_text<Error>([&] { train_detector_in(run, fewer, Start::resume); }),
             contains("cannot be resumed") && contains("go on with --accept-changed-data"));
  train_detector_in(run, fewer, Start::resume_on_changed_data);
  const std::vector<std::string> rows = rows_of(run);
  REQUIRE(rows.size() == 4);
  CHECK(rows[1].starts_with("1,6,"));
  CHECK(rows[2].starts_with("2,8,"));
  CHECK(rows[3].starts_with("3,12,"));
  const Identity identity = read_identity(run + "/last.safetensors");
  REQUIRE(identity.earlier_data.size() == 1);
  CHECK_THAT(identity.earlier_data[0],
             contains("1 epochs on test images 6 images, ") && contains(", training images 24 images, "));
  // Another canvas is another network's input, which nobody accepts.
  DetectConfig larger = fewer;
  larger.image_size = "96";
  CHECK_THAT(error_text<Error>([&] { train_detector_in(run, larger, Start::resume_on_changed_data); }),
             contains("image-size: expected 64, found 96") && !contains("--accept-changed-data"));
}

TEST_CASE("training a detector: whoever looks on is told how it goes, and changes nothing",
          "[detect-train]") {
  const TempDir dir;
  DetectConfig config = small_detect_config();
  config.evaluate_every = 2;
  const std::string run = dir.file("run");
  DetectTensorBoardLog log(run);
  WatchedRun seen;
  int steps = 0;
  const DetectTrainResult result = train_detector(
      config, load_detection_data(config.data), RunDirectory(run), Start::begin,
      [&] {
        if (++steps == 8) seen = look_at_run(run);
        return false;
      },
      &log);
  CHECK(result.weights_sha256 == train_detector_in(dir.file("plain"), config).weights_sha256);
  // As `eca watch` sees it in the middle, and at the end.
  CHECK(seen.phase == RunPhase::trains);
  CHECK(seen.rows.size() == 1);
  REQUIRE(seen.progress);
  CHECK(seen.progress->epoch == 2);
  CHECK(seen.progress->steps == 12);
  CHECK_FALSE(seen.progress->accuracy);
  CHECK_FALSE(std::filesystem::exists(run + "/progress.txt"));
  seen = look_at_run(run);
  CHECK(seen.phase == RunPhase::finished);
  CHECK(seen.rows.back().score() == Approx(result.box_ap).epsilon(1e-8));
  // As TensorBoard does.
  const std::vector<ReadEvent> events = events_of(run);
  const auto step_loss = scalars_of(events, "step/loss"), part = scalars_of(events, "step/loss_classifier"),
             train_loss = scalars_of(events, "epoch/train_loss"), ap = scalars_of(events, "epoch/box_ap");
  CHECK(step_loss.size() == 12);
  CHECK(part.at(3) > 0);
  CHECK(part.at(3) < step_loss.at(3));
  CHECK(scalars_of(events, "step/learning_rate").at(2) > 0);
  CHECK(train_loss.at(12) == Approx(last_number(run, "train_loss")).epsilon(1e-6));
  CHECK(scalars_of(events, "epoch/loss_rpn_box_reg").at(6) > 0);
  CHECK(scalars_of(events, "epoch/images_per_second").at(12) > 0);
  CHECK(ap.size() == 1);  // of the second epoch alone
  CHECK(ap.at(12) == Approx(result.box_ap).margin(1e-7));
  double mean = 0;
  for (int64_t step = 7; step <= 12; ++step) mean += static_cast<double>(step_loss.at(step)) / 6;
  CHECK(mean == Approx(train_loss.at(12)).epsilon(1e-5));
}

TEST_CASE("training a detector: a loss that is not finite names where", "[detect-train]") {
  const TempDir dir;
  DetectConfig config = small_detect_config();
  config.lr = 1e20;
  config.schedule = "constant";
  CHECK_THAT(error_text<Error>([&] { train_detector_in(dir.file("run"), config); }),
             contains("training diverged at step ") && contains("try a lower --lr"));
}

TEST_CASE("training a detector: initial weights", "[detect-train]") {
  const TempDir dir;
  DetectConfig config = small_detect_config();
  config.epochs = 1;
  const std::string run = dir.file("run");
  train_detector_in(run, config);
  // With a rate of 0 they stay as they are, but for batch norm's statistics.
  config.init = run;
  config.lr = 0;
  train_detector_in(dir.file("same"), config);
  const TensorFile before = read_safetensors(run + "/weights.safetensors");
  const TensorFile after = read_safetensors(dir.file("same") + "/weights.safetensors");
  CHECK(before.at("rpn.head.cls_logits.weight") == after.at("rpn.head.cls_logits.weight"));
  // Of another detector they are none.
  config.model = "small_retinanet:eca_resnet20";
  CHECK_THAT(error_text<FileError>([&] { train_detector_in(dir.file("other"), config); }),
             contains(run + "/weights.safetensors"));
  CHECK_FALSE(std::filesystem::exists(dir.file("other") + "/config.txt"));
}

}  // namespace eca::test
