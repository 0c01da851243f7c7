#include "models/detection/region_proposals.hpp"

#include "core/base/scope.hpp"
#include "layers/conv2d.hpp"
#include "layers/detection/nms.hpp"
#include "models/detection/loss_targets.hpp"

namespace eca {

RpnHead::RpnHead(int64_t channels, const RpnConfig& config, int64_t anchors_at_place)
    : conv_(add_child<ConvRelus>("conv", channels, channels, config.convolutions)),
      cls_logits_(add_child<Conv2d>(
          "cls_logits", Conv2dConfig{.in = channels, .out = anchors_at_place, .kernel = 1, .bias = true})),
      bbox_pred_(add_child<Conv2d>(
          "bbox_pred",
          Conv2dConfig{.in = channels, .out = 4 * anchors_at_place, .kernel = 1, .bias = true})) {
  const Init last = {Init::Kind::normal, 0.01};
  start_from(cls_logits_, last);
  start_from(bbox_pred_, last);
  start_from(conv_, start_of_convolutions(config.start, channels));
}

std::pair<Tensor, Tensor> RpnHead::logits_and_deltas(const Tensor& map) {
  const Scope scope(name());
  const Tensor x = conv_(map);
  const Tensor logits = cls_logits_(x);
  return {logits, bbox_pred_(x)};
}

RegionProposals::RegionProposals(const DetectorConfig& config, const std::vector<int64_t>& strides)
    : shapes_(config.anchors),
      strides_(strides),
      config_(config.rpn),
      head_(add_child<RpnHead>("head", config.pyramid.channels, config.rpn,
                               checked_anchors_at_place(config.anchors, strides))) {}

RegionProposals::Outputs RegionProposals::outputs(const std::vector<Tensor>& maps) {
  const Scope scope(name());
  Outputs out;
  for (const Tensor& map : maps) {
    const auto [logits, deltas] = head_.logits_and_deltas(map);
    out.logits.push_back(logits);
    out.deltas.push_back(deltas);
  }
  out.anchors = pyramid_anchors(shapes_, strides_, maps);
  return out;
}

// ---- proposals ---------------------------------------------------------------------------------------

// Of one map of one image the best anchors, as the boxes that they stand for.
static void append_best(RegionProposals::Candidates& candidates, std::span<const real> logits,
                        std::span<const real> deltas, std::span<const CornerBox> anchors, int32_t map,
                        int64_t most) {
  const std::vector<double> scores(logits.begin(), logits.end());
  for (const size_t i : highest(scores, most)) {
    candidates.boxes.push_back(BoxCoder().decode(delta_at(deltas, i), anchors[i]));
    candidates.scores.push_back(scores[i]);
    candidates.maps.push_back(map);
  }
}

// Clipped to the image; without those that have no side left.
static RegionProposals::Candidates inside(const RegionProposals::Candidates& candidates, double least_side,
                                          const ImageSize& size) {
  std::vector<CornerBox> boxes;
  for (const CornerBox& box : candidates.boxes)
    boxes.push_back(clipped(box, static_cast<double>(size.height), static_cast<double>(size.width)));
  RegionProposals::Candidates left;
  for (const int64_t i : boxes_of_size(boxes, least_side)) {
    const auto k = static_cast<size_t>(i);
    left.boxes.push_back(boxes[k]);
    left.scores.push_back(candidates.scores[k]);
    left.maps.push_back(candidates.maps[k]);
  }
  return left;
}

std::vector<RegionProposals::Candidates> RegionProposals::candidates(const Outputs& outputs, int64_t of_map,
                                                                     const ImageSize& size) const {
  const auto N = static_cast<size_t>(outputs.logits.front().dim(0));
  std::vector<Candidates> candidates(N);
  for (size_t map = 0; map < outputs.anchors.maps(); ++map) {
    const std::vector<real> logits = outputs.logits[map].values(), deltas = outputs.deltas[map].values();
    const auto anchors = outputs.anchors.boxes_of_map(map);
    const size_t count = anchors.size();
    for (size_t n = 0; n < N; ++n) {
      append_best(candidates[n], std::span(logits).subspan(n * count, count),
                  std::span(deltas).subspan(4 * n * count, 4 * count), anchors, static_cast<int32_t>(map),
                  of_map);
    }
  }
  for (Candidates& of_image : candidates) of_image = inside(of_image, config_.least_side, size);
  return candidates;
}

std::vector<std::vector<CornerBox>> RegionProposals::proposals(const Outputs& outputs,
                                                               const ProposalCounts& counts,
                                                               const ImageSize& size) const {
  std::vector<std::vector<CornerBox>> proposals;
  for (const Candidates& of_image : candidates(outputs, counts.before_nms, size)) {
    std::vector<CornerBox> chosen;
    // A better one of the same map removes those that it overlaps.
    for (const int64_t i : nms(of_image.boxes, of_image.scores, config_.nms, of_image.maps, counts.after_nms))
      chosen.push_back(of_image.boxes[static_cast<size_t>(i)]);
    proposals.push_back(std::move(chosen));
  }
  return proposals;
}

// ---- losses ------------------------------------------------------------------------------------------

std::vector<NamedLoss> RegionProposals::losses(const Outputs& outputs,
                                               const std::vector<ImageTargets>& targets,
                                               const SampleAddress& address) const {
  const PyramidAnchors& anchors = outputs.anchors;
  std::vector<DetectionTargets> sampled;
  size_t count = 0;
  for (size_t n = 0; n < targets.size(); ++n) {
    Random random = drawing(address, n, Drawing::anchors);
    sampled.push_back(detection_targets(anchors.boxes, boxes_of(targets[n]), random, config_.targets));
    count += sampled[n].sample.positives.size() + sampled[n].sample.negatives.size();
  }
  const double divisor = std::max<double>(1, static_cast<double>(count));
  std::vector<Tensor> objectness, boxes;
  for (size_t map = 0; map < anchors.maps(); ++map) {
    LossTargets has_object(outputs.logits[map]), delta(outputs.deltas[map]);
    for (size_t n = 0; n < targets.size(); ++n) {
      // Where anchor i of the image stands in this map's outputs; -1: in another map's.
      const auto place = [&](int64_t i) {
        const int64_t in_map = i - anchors.first[map], of_map = anchors.of_map(map);
        return in_map >= 0 && in_map < of_map ? static_cast<int64_t>(n) * of_map + in_map : -1;
      };
      const BalancedSample& sample = sampled[n].sample;
      for (const int64_t i : sample.negatives) has_object.set(place(i), 0, 1);
      for (size_t k = 0; k < sample.positives.size(); ++k) {
        has_object.set(place(sample.positives[k]), 1, 1);
        delta.set(place(sample.positives[k]), sampled[n].deltas[k], 1);
      }
    }
    objectness.push_back(sigmoid_cross_entropy(outputs.logits[map], has_object.t(), has_object.w(), divisor));
    boxes.push_back(smooth_l1_loss(outputs.deltas[map], delta.t(), delta.w(), divisor, config_.beta));
  }
  return {{"loss_objectness", sum_of(objectness)}, {"loss_rpn_box_reg", sum_of(boxes)}};
}

}  // namespace eca
