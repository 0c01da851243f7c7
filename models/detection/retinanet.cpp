#include "models/detection/retinanet.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/scope.hpp"
#include "layers/conv2d.hpp"
#include "models/detection/found_objects.hpp"
#include "models/detection/loss_targets.hpp"

namespace eca {

// ---- heads -------------------------------------------------------------------------------------------

// Source of initial values: section 4.1 of the paper.
RetinaNetHead::RetinaNetHead(int64_t channels, const RetinaNetConfig& config, const Last& last)
    : conv_(add_child<ConvRelus>("conv", channels, channels, config.convolutions, config.norm_groups)),
      last_(add_child<Conv2d>(
          last.name,
          Conv2dConfig{
              .in = channels, .out = last.outputs, .kernel = 3, .options = {.padding = 1}, .bias = true})) {
  start_from(conv_, start_of_convolutions(config.start, channels));
  start_from(last_, {Init::Kind::normal, 0.01}, last.bias);
}

Tensor RetinaNetHead::forward(const Tensor& map) { return last_(conv_(map)); }

RetinaNetHeads::RetinaNetHeads(const DetectorConfig& config, int64_t anchors_at_place)
    : classification(add_child<RetinaNetHead>(
          "classification_head", config.pyramid.channels, config.retinanet,
          RetinaNetHead::Last{"cls_logits", anchors_at_place * config.classes,
                              std::log(config.retinanet.prior / (1 - config.retinanet.prior))})),
      regression(add_child<RetinaNetHead>("regression_head", config.pyramid.channels, config.retinanet,
                                          RetinaNetHead::Last{"bbox_reg", anchors_at_place * 4, 0})) {}

RetinaNet::RetinaNet(const DetectorConfig& config)
    : Detector(config),
      backbone_(add_child<PyramidBackbone>("backbone", config.backbone, config.pyramid)),
      head_(add_child<RetinaNetHeads>("head", config,
                                      checked_anchors_at_place(config.anchors, backbone_.strides()))) {}

RetinaNet::Outputs RetinaNet::outputs(const Tensor& images) {
  const std::vector<Tensor> maps = backbone_.maps(images);
  Outputs out;
  const Scope scope(head_.name());
  for (const Tensor& map : maps) out.logits.push_back(head_.classification(map));
  for (const Tensor& map : maps) out.deltas.push_back(head_.regression(map));
  out.anchors = pyramid_anchors(config().anchors, backbone_.strides(), maps);
  return out;
}

Tensor RetinaNet::forward(const Tensor& images) { return outputs(images).logits.back(); }

// ---- training ----------------------------------------------------------------------------------------

namespace {

// Of all images: for each anchor its object, and one over how many have one.
struct RetinaNetMatches {
  std::vector<std::vector<int64_t>> of_image;
  std::vector<double> weight;
};

RetinaNetMatches matched(const PyramidAnchors& anchors, const std::vector<ImageTargets>& targets,
                         const Matcher& matcher) {
  RetinaNetMatches matches;
  for (const ImageTargets& objects : targets) {
    const std::vector<int64_t> found = matcher.match(iou_matrix(boxes_of(objects), anchors.boxes),
                                                     std::ssize(objects), std::ssize(anchors.boxes));
    const auto count = std::count_if(found.begin(), found.end(), [](int64_t match) { return match >= 0; });
    matches.weight.push_back(1 / static_cast<double>(std::max<std::ptrdiff_t>(1, count)));
    matches.of_image.push_back(found);
  }
  return matches;
}

}  // namespace

// The focal loss of one map's logits: all anchors that are not ignored, each class by itself.
static Tensor classification_loss(const Tensor& logits, const std::vector<ImageTargets>& targets,
                                  const RetinaNetMatches& matches, const PyramidAnchors& anchors, size_t map,
                                  const DetectorConfig& config) {
  const int64_t count = anchors.of_map(map), K = config.classes;
  LossTargets classes(logits);
  for (size_t n = 0; n < targets.size(); ++n) {
    for (int64_t a = 0; a < count; ++a) {
      const int64_t match = matches.of_image[n][static_cast<size_t>(anchors.first[map] + a)];
      if (match == kIgnored) continue;
      const int64_t label = match >= 0 ? targets[n][static_cast<size_t>(match)].label : -1;
      const int64_t at = (static_cast<int64_t>(n) * count + a) * K;
      for (int64_t k = 0; k < K; ++k) classes.set(at + k, k == label ? 1 : 0, matches.weight[n]);
    }
  }
  const auto N = static_cast<double>(targets.size());
  return focal_loss(logits, classes.t(), classes.w(), /*divisor=*/N, config.retinanet.focal);
}

// The loss of one map's deltas: of the anchors that have an object.
static Tensor regression_loss(const Tensor& deltas, const std::vector<ImageTargets>& targets,
                              const RetinaNetMatches& matches, const PyramidAnchors& anchors, size_t map,
                              const DetectorConfig& config) {
  const int64_t count = anchors.of_map(map);
  LossTargets wanted(deltas);
  for (size_t n = 0; n < targets.size(); ++n) {
    for (int64_t a = 0; a < count; ++a) {
      const auto anchor = static_cast<size_t>(anchors.first[map] + a);
      const int64_t match = matches.of_image[n][anchor];
      if (match < 0) continue;
      const CornerBox& object = targets[n][static_cast<size_t>(match)].box;
      wanted.set(static_cast<int64_t>(n) * count + a, BoxCoder().encode(object, anchors.boxes[anchor]),
                 matches.weight[n]);
    }
  }
  const auto N = static_cast<double>(targets.size());
  return smooth_l1_loss(deltas, wanted.t(), wanted.w(), /*divisor=*/N, config.retinanet.beta);
}

DetectorLosses RetinaNet::losses_of(const Tensor& images, const std::vector<ImageTargets>& targets,
                                    const SampleAddress&) {
  const Outputs out = outputs(images);
  const RetinaNetMatches matches = matched(out.anchors, targets, config().retinanet.matcher);
  std::vector<Tensor> classes, boxes;
  for (size_t map = 0; map < out.anchors.maps(); ++map) {
    classes.push_back(classification_loss(out.logits[map], targets, matches, out.anchors, map, config()));
    boxes.push_back(regression_loss(out.deltas[map], targets, matches, out.anchors, map, config()));
  }
  return {.parts = {{"classification", sum_of(classes)}, {"bbox_regression", sum_of(boxes)}}, .sum = {}};
}

// ---- inference ---------------------------------------------------------------------------------------

// Of one map of image n: the anchors and classes with the highest scores, as boxes.
static void append_candidates(std::vector<Detection>& found, std::span<const real> logits,
                              std::span<const real> deltas, std::span<const CornerBox> anchors, int64_t K,
                              const RetinaNetConfig& rules) {
  std::vector<double> scores;
  std::vector<size_t> places;
  for (size_t i = 0; i < logits.size(); ++i) {
    const double score = sigmoid_of(static_cast<double>(logits[i]));
    if (!(score > rules.output.least_score)) continue;
    scores.push_back(score);
    places.push_back(i);
  }
  for (const size_t i : highest(scores, rules.candidates)) {
    const size_t anchor = places[i] / static_cast<size_t>(K);
    found.push_back({.box = BoxCoder().decode(delta_at(deltas, anchor), anchors[anchor]),
                     .label = static_cast<int32_t>(places[i] % static_cast<size_t>(K)),
                     .score = scores[i]});
  }
}

std::vector<std::vector<Detection>> RetinaNet::detections_of(const Tensor& images) {
  const Outputs out = outputs(images);
  const auto N = static_cast<size_t>(images.dim(0));
  std::vector<std::vector<Detection>> found(N);
  for (size_t i = 0; i < out.anchors.maps(); ++i) {
    const std::vector<real> logits = out.logits[i].values(), deltas = out.deltas[i].values();
    const size_t of_image = logits.size() / N, deltas_of_image = deltas.size() / N;
    const auto anchors = out.anchors.boxes_of_map(i);
    for (size_t n = 0; n < N; ++n) {
      append_candidates(found[n], std::span(logits).subspan(n * of_image, of_image),
                        std::span(deltas).subspan(n * deltas_of_image, deltas_of_image), anchors,
                        config().classes, config().retinanet);
    }
  }
  for (std::vector<Detection>& of_image : found) {
    for (Detection& detection : of_image) {
      detection.box =
          clipped(detection.box, static_cast<double>(images.dim(1)), static_cast<double>(images.dim(2)));
    }
    of_image = suppressed(of_image, config().retinanet.output);
  }
  return found;
}

}  // namespace eca
