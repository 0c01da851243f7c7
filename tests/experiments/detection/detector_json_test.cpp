#include "experiments/detection/detector_json.hpp"

#include <nlohmann/json.hpp>

#include "experiments/training/fine_tuning.hpp"
#include "tests/catch.hpp"

namespace eca::test {

TEST_CASE("detector.json has what decides a detector, resolved", "[detect-train]") {
  DetectConfig config;
  config.model = "small_mask_rcnn:eca_resnet18";
  config.image_size = "96x128";
  const DetectorCard card = card_of(config, {{0.1, 0.2, 0.3}, {1, 2, 3}}, {"cat", "dog"});
  DetectorConfig settings = detector_config(config, /*classes=*/2);
  settings.rpn.inference.after_nms = 33;  // other numbers than training's
  settings.box_head.output.most = 44;
  settings.mask_head.most_regions = 5;
  const auto network = make_detector(settings);
  network->initialise(1);
  freeze(*network, "backbone.body.conv1");
  const auto json = nlohmann::json::parse(detector_json(*network, card));
  CHECK(json["kind"] == "mask_rcnn");
  CHECK(json["classes"] == card.classes);
  CHECK(json["canvas"]["width"] == 128);
  CHECK(json["normalisation"]["mean"][1] == card.normalisation.mean[1]);
  CHECK(json["backbone"]["network"] == "eca_resnet18");
  CHECK(json["backbone"]["attention"] == "eca");
  CHECK(json["backbone"]["shortcut"] == "B");
  CHECK(json["backbone"]["width"] == 0.5);
  CHECK(json["anchors"].size() == settings.anchors.size());
  CHECK(json["anchors"][1]["sizes"] == settings.anchors[1].sizes);
  CHECK(json["rpn"]["inference"]["after_nms"] == 33);
  CHECK(json["rpn"]["training"]["after_nms"] == settings.rpn.training.after_nms);
  CHECK(json["box_head"]["targets"]["coder"]["weights"] == nlohmann::json({10, 10, 5, 5}));
  CHECK(json["box_head"]["output"]["most"] == 44);
  CHECK(json["mask_head"]["most_regions"] == 5);
  CHECK_FALSE(json.contains("retinanet"));

  const auto& parameters = json["parameters"];
  CHECK(parameters.size() == network->parameters().size());
  CHECK(parameters["rpn.head.cls_logits.weight"]["init"] == "normal");
  CHECK(parameters["rpn.head.cls_logits.weight"]["decay"] == true);
  CHECK(parameters["rpn.head.cls_logits.bias"]["init"] == "constant");
  CHECK(parameters["rpn.head.cls_logits.bias"]["decay"] == false);
  CHECK(parameters["backbone.body.conv1.weight"]["trained"] == false);
  CHECK(parameters["backbone.body.layer1.0.conv1.weight"]["trained"] == true);
}

TEST_CASE("detector.json of a RetinaNet has its heads and no regions", "[detect-train]") {
  DetectConfig config;
  config.model = "small_retinanet:resnet20";
  const auto network = make_detector(detector_config(config, /*classes=*/1));
  network->initialise(1);
  const auto json = nlohmann::json::parse(detector_json(*network, card_of(config, {{0}, {1}}, {"a"})));
  CHECK(json["retinanet"]["candidates"] == network->config().retinanet.candidates);
  CHECK(json["pyramid"]["extra"] == "convolution");
  CHECK(json["pyramid"]["extra_maps"] == network->config().pyramid.extra_maps);
  for (const char* part : {"rpn", "box_head", "mask_head"}) CHECK_FALSE(json.contains(part));
}

}  // namespace eca::test
