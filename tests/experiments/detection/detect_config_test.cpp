#include "experiments/detection/detect_config.hpp"

#include "core/base/error.hpp"
#include "experiments/detection/batch_targets.hpp"
#include "experiments/detection/detect_plots.hpp"
#include "experiments/detection/found_json.hpp"
#include "experiments/training/optimizers.hpp"
#include "models/detection/detector_name.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

TEST_CASE("detect config: text and back, and the defaults make a run", "[detect-train]") {
  DetectConfig config;
  CHECK_NOTHROW(check_config(config));
  CHECK(run_directory(config) == "runs/small_faster_rcnn-eca_resnet18-scenes-seed1");
  set_key(config, "image-size", "96x160");
  set_key(config, "attention", "se:r=8");
  set_key(config, "model", "small_retinanet:resnet20");
  set_key(config, "lr", "0.015");
  set_key(config, "optimizer", "sgd");  // which uses every key
  set_key(config, "backbone-width", "0.75");
  set_key(config, "data", "coco:fruits,test=night");
  DetectConfig read;
  read_config_text(read, to_text(config), "config.txt");
  CHECK(to_text(read) == to_text(config));
  CHECK(read.data.starts_with("coco:/"));
  CHECK(read.given.size() == read.keys().size());
  CHECK(run_directory(read) == "runs/small_retinanet-resnet20-se-r_8-coco-seed1");
  const DetectorConfig detector = detector_config(read, 4);
  CHECK(detector.backbone.width == 0.75);
  CHECK(detector.classes == 4);
}

TEST_CASE("detect config: what makes no run is refused", "[detect-train]") {
  const auto refused = [](std::initializer_list<std::pair<const char*, const char*>> settings) {
    return error_text<Error>([&] {
      DetectConfig config;
      for (const auto& [key, value] : settings) set_key(config, key, value);
      check_config(config);
    });
  };
  CHECK_THAT(refused({{"modle", "x"}}), contains("did you mean \"model\"?"));
  CHECK_THAT(refused({{"model", "eca_resnet18"}}),
             contains("\"eca_resnet18\", expected KIND:NETWORK") && contains("small_mask_rcnn"));
  CHECK_THAT(refused({{"model", "smal_retinanet:resnet20"}}), contains("did you mean \"small_retinanet\"?"));
  CHECK_THAT(refused({{"model", "retinanet:resnet21"}}), contains("resnet21"));
  CHECK_THAT(refused({{"model", "retinanet:resnet20+se"}, {"attention", "eca"}}),
             contains("attention: eca, but the model is"));
  CHECK_THAT(refused({{"model", "small_retinanet:mobilenet_v2"}, {"backbone-width", "0.5"}}),
             contains("width"));
  CHECK_THAT(refused({{"backbone-width", "0"}}), contains("backbone-width: 0, expected 0.01 to 16"));
  CHECK_THAT(refused({{"backbone-width", "wide"}}),
             contains("backbone-width: \"wide\", expected a finite number"));
  for (const char* size : {"31", "4097", "128x", "x", "1x2x3", "128x-1"})
    CHECK_THAT(refused({{"image-size", size}}), contains(std::string("image-size: \"") + size));
  CHECK_THAT(refused({{"augment", "crop"}}), contains("possible for detection"));
  CHECK_THAT(refused({{"kernels", "cuda"}}), contains("expected fast or ref: detectors"));
  CHECK_THAT(refused({{"batch-size", "0"}}), contains("batch-size: 0, expected at least 1"));
  CHECK_THAT(refused({{"init", "a"}, {"backbone-weights", "b"}}), contains("expected one of them"));
  CHECK_THAT(refused({{"frozen-batch-norm", "true"}}), contains("expected only with --backbone-weights"));
  CHECK_THAT(refused({{"freeze", "backbone.bodies"}}), contains("fits no parameter"));
}

TEST_CASE("detect config: each optimiser has a rate of its own", "[detect-train]") {
  const auto rate = [](const char* optimizer) {
    DetectConfig config;
    set_key(config, "optimizer", optimizer);
    complete_from_optimizer(config, config.given);
    return config.lr;
  };
  CHECK(rate("adamw") == DetectConfig{}.lr);
  CHECK(rate("sgd") == 0.01);
}

TEST_CASE("detector names: their parts", "[detect-train]") {
  const DetectorName name = split_detector_name("small_mask_rcnn:resnet18+eca:k=3");
  CHECK(name.detector == "small_mask_rcnn");
  CHECK(name.small());
  CHECK(name.network == "resnet18");
  CHECK(name.attention == "eca:k=3");
  CHECK(split_detector_name("resnet18+eca:k=3").detector.empty());
  CHECK(split_detector_name("retinanet:resnet18").attention.empty());
}

TEST_CASE("targets of a batch: crowds are none, and masks are asked for only where needed",
          "[detect-train]") {
  DetectionBatch batch;
  batch.indices = {5};
  batch.objects = {{{.box = {1, 2, 3, 4}, .label = 1}, {.box = {0, 0, 9, 9}, .label = 0, .crowd = true}}};
  const std::vector<ImageTargets> targets = targets_of(batch, /*with_masks=*/false, "set");
  REQUIRE(targets.size() == 1);
  REQUIRE(targets[0].size() == 1);
  CHECK(targets[0][0].box == CornerBox{1, 2, 4, 6});
  CHECK(targets[0][0].mask.empty());
  CHECK_THAT(error_text<Error>([&] { targets_of(batch, /*with_masks=*/true, "set"); }),
             contains("set: image 5 has an object without a mask"));
  batch.objects[0][0].mask = Rle{.height = 1, .width = 3, .counts = {1, 2}};
  CHECK(targets_of(batch, true, "set")[0][0].mask == std::vector<uint8_t>{0, 1, 1});
}

TEST_CASE("found.json: boxes, and masks where there are some", "[detect-train]") {
  const std::vector<CocoDetection> found = {{.image = 0, .category = 1, .score = 0.5, .box = {1, 2, 3, 4}},
                                            {.image = 0,
                                             .category = 0,
                                             .score = 0.25,
                                             .box = {},
                                             .mask = Rle{.height = 1, .width = 3, .counts = {1, 2}}}};
  CHECK(
      found_json({{.path = "a.png", .height = 1, .width = 3, .found = found}, {.path = "b.png"}},
                 {"cat", "dog"}) ==
      R"([{"image":"a.png","width":3,"height":1,"objects":[{"class":"dog","score":0.5,"box":[1.0,2.0,3.0,4.0]},)"
      R"({"class":"cat","score":0.25,"box":[0.0,0.0,0.0,0.0],"mask":{"size":[1,3],"counts":"12"}}]},)"
      "\n"
      R"( {"image":"b.png","width":0,"height":0,"objects":[]}])"
      "\n");
}

TEST_CASE("curves of a detector: every part of the loss, and every AP that there is", "[detect-train]") {
  const TempDir dir;
  write_file(dir.file("m.csv"),
             "epoch,step,lr,train_loss,loss_a,loss_b,box_ap,box_ap50,box_ap75,images_per_second,seconds\n");
  const std::string script = detect_training_script(dir.file("m.csv"), "t.png", "title");
  for (const char* column : {"train_loss", "loss_a", "loss_b", "box_ap", "box_ap50", "lr"})
    CHECK_THAT(script, contains(std::string("using 'epoch':'") + column + "'"));
  CHECK_THAT(script, !contains("box_ap75") && !contains("mask") && !contains("seconds'"));
}

}  // namespace eca::test
