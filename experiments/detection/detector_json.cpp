#include "experiments/detection/detector_json.hpp"

#include <nlohmann/json.hpp>

namespace eca {

using Json = nlohmann::ordered_json;

static Json json_of(const BackboneConfig& config) {
  return {{"network", config.model.name},
          {"attention", resolved_attention(config.model)},
          {"shortcut", resolved_shortcut(config.model) == Shortcut::A ? "A" : "B"},
          {"width", config.width},
          {"frozen_batch_norm", config.frozen_batch_norm}};
}

static const char* name_of(PyramidConfig::Extra extra) {
  switch (extra) {
    case PyramidConfig::Extra::pool:
      return "pool";
    case PyramidConfig::Extra::convolution:
      return "convolution";
    case PyramidConfig::Extra::convolution_of_backbone:
      break;
  }
  return "convolution_of_backbone";
}

static Json json_of(const PyramidConfig& config) {
  return {{"channels", config.channels},
          {"least_stride", config.least_stride},
          {"extra", name_of(config.extra)},
          {"extra_maps", config.extra_maps}};
}

static Json json_of(const AnchorShapes& shapes) {
  return {{"sizes", shapes.sizes}, {"ratios", shapes.ratios}, {"rounded", shapes.rounded}};
}

static Json json_of(const Matcher& matcher) {
  return {{"high", matcher.high}, {"low", matcher.low}, {"low_quality", matcher.low_quality}};
}

static Json json_of(const BoxCoder& coder) {
  return {{"weights", coder.weights}, {"largest", coder.largest}};
}

static Json json_of(const TargetRules& rules) {
  return {{"matcher", json_of(rules.matcher)},
          {"size", {{"count", rules.size.count}, {"positive_fraction", rules.size.positive_fraction}}},
          {"coder", json_of(rules.coder)}};
}

static Json json_of(const OutputRules& rules) {
  return {{"least_score", rules.least_score}, {"nms", rules.nms}, {"most", rules.most}};
}

static Json json_of(const ProposalCounts& counts) {
  return {{"before_nms", counts.before_nms}, {"after_nms", counts.after_nms}};
}

static Json json_of(const RoiAlignOptions& options) {
  return {{"height", options.height},
          {"width", options.width},
          {"sampling_ratio", options.sampling_ratio},
          {"aligned", options.aligned}};
}

static Json json_of(const RetinaNetConfig& config) {
  return {{"convolutions", config.convolutions},
          {"norm_groups", config.norm_groups},
          {"prior", config.prior},
          {"matcher", json_of(config.matcher)},
          {"focal", {{"alpha", config.focal.alpha}, {"gamma", config.focal.gamma}}},
          {"beta", config.beta},
          {"candidates", config.candidates},
          {"output", json_of(config.output)}};
}

static Json json_of(const RpnConfig& config) {
  return {
      {"convolutions", config.convolutions},  {"targets", json_of(config.targets)},     {"beta", config.beta},
      {"training", json_of(config.training)}, {"inference", json_of(config.inference)}, {"nms", config.nms},
      {"least_side", config.least_side}};
}

static Json json_of(const BoxHeadConfig& config) {
  return {{"pool", json_of(config.pool)},
          {"canonical_scale", config.canonical_scale},
          {"width", config.width},
          {"targets", json_of(config.targets)},
          {"beta", config.beta},
          {"least_side", config.least_side},
          {"output", json_of(config.output)}};
}

static Json json_of(const MaskHeadConfig& config) {
  return {{"pool", json_of(config.pool)},
          {"convolutions", config.convolutions},
          {"channels", config.channels},
          {"most_regions", config.most_regions}};
}

static const char* name_of(Init::Kind kind) {
  switch (kind) {
    case Init::Kind::constant:
      return "constant";
    case Init::Kind::normal:
      return "normal";
    case Init::Kind::uniform:
      return "uniform";
    case Init::Kind::permutation:
      break;
  }
  return "permutation";
}

static Json json_of(const Parameter& parameter) {
  return {{"init", name_of(parameter.init.kind)},
          {"value", parameter.init.value},
          {"decay", parameter.decay},
          {"trained", parameter.value.requires_grad()}};
}

std::string detector_json(Detector& network, const DetectorCard& card) {
  const DetectorConfig& config = network.config();
  Json json = {{"kind", to_string(config.kind)},
               {"classes", card.classes},
               {"canvas", {{"height", card.canvas.height}, {"width", card.canvas.width}}},
               {"normalisation", {{"mean", card.normalisation.mean}, {"std", card.normalisation.std}}},
               {"backbone", json_of(config.backbone)},
               {"pyramid", json_of(config.pyramid)},
               {"anchors", Json::array()}};
  for (const AnchorShapes& shapes : config.anchors) json["anchors"].push_back(json_of(shapes));
  if (config.kind == DetectorKind::retinanet) {
    json["retinanet"] = json_of(config.retinanet);
  } else {
    json["rpn"] = json_of(config.rpn);
    json["box_head"] = json_of(config.box_head);
  }
  if (config.kind == DetectorKind::mask_rcnn) json["mask_head"] = json_of(config.mask_head);
  for (const Parameter* parameter : network.parameters())
    json["parameters"][parameter->name] = json_of(*parameter);
  return json.dump(1) + "\n";
}

}  // namespace eca
