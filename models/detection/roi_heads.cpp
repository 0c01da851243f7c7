#include "models/detection/roi_heads.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/scope.hpp"
#include "core/ops/reshape.hpp"
#include "layers/cross_entropy.hpp"
#include "models/detection/found_objects.hpp"
#include "models/detection/loss_targets.hpp"

namespace eca {

static int64_t level_of_stride(int64_t stride) { return std::countr_zero(static_cast<uint64_t>(stride)); }

RoiHeads::RoiHeads(const DetectorConfig& config, const std::vector<int64_t>& strides)
    : config_(config),
      levels_({.least = level_of_stride(strides.front()),
               .most = level_of_stride(strides.back()),
               .canonical_scale = config.box_head.canonical_scale}),
      box_head_(add_child<BoxHead>("box_head", config.box_head, config.pyramid.channels)),
      box_predictor_(add_child<BoxPredictor>("box_predictor", config.box_head.width, config.classes)) {
  if (config.kind != DetectorKind::mask_rcnn) return;
  const MaskHeadConfig& mask = config.mask_head;
  mask_head_ = &add_child<ConvRelus>("mask_head", config.pyramid.channels, mask.channels, mask.convolutions);
  mask_predictor_ = &add_child<MaskPredictor>("mask_predictor", mask.channels, config.classes);
}

RoiHeads::BoxOutputs RoiHeads::boxes(const std::vector<Tensor>& maps, const std::vector<Roi>& rois) {
  const Scope scope(name());
  const Tensor x = box_head_(roi_align(maps, levels_, rois, config_.box_head.pool));
  const Tensor scores = box_predictor_.scores(x);
  return {scores, box_predictor_.deltas(x)};
}

Tensor RoiHeads::masks(const std::vector<Tensor>& maps, const std::vector<Roi>& rois) {
  const Scope scope(name());
  return (*mask_predictor_)((*mask_head_)(roi_align(maps, levels_, rois, config_.mask_head.pool)));
}

// ---- training ----------------------------------------------------------------------------------------

// What is trained on, of all images.
struct RoiHeads::Regions {
  struct Positive {
    int64_t region, image, object;
    BoxDelta delta;
  };
  std::vector<Roi> rois;
  std::vector<int32_t> labels;  // 0: background; 1 + class
  std::vector<Positive> positives;
};

RoiHeads::Regions RoiHeads::drawn(const Proposals& proposals, const std::vector<ImageTargets>& targets,
                                  const SampleAddress& address) const {
  Regions regions;
  for (size_t n = 0; n < targets.size(); ++n) {
    const auto image = static_cast<int64_t>(n);
    const std::vector<CornerBox> objects = boxes_of(targets[n]);
    std::vector<CornerBox> candidates = proposals[n];
    candidates.insert(candidates.end(), objects.begin(), objects.end());
    Random random = drawing(address, n, Drawing::regions);
    const DetectionTargets found = detection_targets(candidates, objects, random, config_.box_head.targets);
    const auto add = [&](int64_t candidate, int32_t label) {
      regions.rois.push_back({image, candidates[static_cast<size_t>(candidate)]});
      regions.labels.push_back(label);
    };
    for (size_t k = 0; k < found.objects.size(); ++k) {
      regions.positives.push_back({std::ssize(regions.rois), image, found.objects[k], found.deltas[k]});
      add(found.sample.positives[k], 1 + targets[n][static_cast<size_t>(found.objects[k])].label);
    }
    for (const int64_t candidate : found.sample.negatives) add(candidate, 0);
  }
  return regions;
}

// A loss of nothing.
static Tensor no_loss() { return Tensor::zeros({}); }

std::vector<NamedLoss> RoiHeads::losses(const std::vector<Tensor>& maps, const ImageSize& size,
                                        const Proposals& proposals, const std::vector<ImageTargets>& targets,
                                        const SampleAddress& address) {
  const Regions regions = drawn(proposals, targets, address);
  std::vector<NamedLoss> losses = {{"loss_classifier", no_loss()}, {"loss_box_reg", no_loss()}};
  if (!regions.rois.empty()) {
    const BoxOutputs out = boxes(maps, regions.rois);
    LossTargets deltas(out.deltas);
    for (const auto& positive : regions.positives) {
      const int64_t label = regions.labels[static_cast<size_t>(positive.region)];
      deltas.set(positive.region * (1 + config_.classes) + label, positive.delta, 1);
    }
    losses[0].value = cross_entropy(out.scores, regions.labels);
    losses[1].value =
        smooth_l1_loss(out.deltas, deltas.t(), deltas.w(),
                       /*divisor=*/static_cast<double>(regions.rois.size()), config_.box_head.beta);
  }
  if (has_masks()) losses.push_back({"loss_mask", mask_loss(maps, size, regions, targets, address)});
  return losses;
}

namespace {

// The regions whose masks are trained: those of `positives` that are drawn, at most `most` of an image; 0: all.
template <class Positive>
std::vector<Positive> drawn_for_masks(const std::vector<Positive>& positives, size_t images, int64_t most,
                                      const SampleAddress& address) {
  if (most == 0) return positives;
  std::vector<Positive> chosen;
  for (size_t n = 0; n < images; ++n) {
    std::vector<Positive> of_image;
    std::copy_if(positives.begin(), positives.end(), std::back_inserter(of_image),
                 [&](const Positive& positive) { return positive.image == static_cast<int64_t>(n); });
    Random random = drawing(address, n, Drawing::mask_regions);
    const std::vector<int64_t> all_have_objects(of_image.size(), 0);
    const SampleSize size = {.count = most, .positive_fraction = 1};
    for (const int64_t i : balanced_sample(all_have_objects, size, random).positives)
      chosen.push_back(of_image[static_cast<size_t>(i)]);
  }
  return chosen;
}

// The masks of all objects of all images, (G,H,W,1), and the first of each image.
struct StackedMasks {
  Tensor masks;
  std::vector<int64_t> first;
};

StackedMasks stacked(const std::vector<ImageTargets>& targets, const ImageSize& size) {
  StackedMasks stack;
  std::vector<real> values;
  int64_t count = 0;
  for (const ImageTargets& objects : targets) {
    stack.first.push_back(count);
    for (const TargetObject& object : objects)
      values.insert(values.end(), object.mask.begin(), object.mask.end());
    count += std::ssize(objects);
  }
  stack.masks = Tensor::from({count, size.height, size.width, 1}, values);
  return stack;
}

}  // namespace

// What a region's mask shall be is its object's, pooled to the size of the mask head's outputs; 0 samples a bin, as torchvision's
// project_masks_on_boxes has it.
Tensor RoiHeads::mask_loss(const std::vector<Tensor>& maps, const ImageSize& size, const Regions& regions,
                           const std::vector<ImageTargets>& targets, const SampleAddress& address) {
  const auto positives =
      drawn_for_masks(regions.positives, targets.size(), config_.mask_head.most_regions, address);
  if (positives.empty()) return no_loss();
  const StackedMasks stack = stacked(targets, size);
  std::vector<Roi> rois, of_masks;
  std::vector<int32_t> labels;
  for (const auto& positive : positives) {
    const auto region = static_cast<size_t>(positive.region);
    rois.push_back(regions.rois[region]);
    of_masks.push_back({stack.first[static_cast<size_t>(positive.image)] + positive.object, rois.back().box});
    labels.push_back(regions.labels[region]);
  }
  const Tensor logits = masks(maps, rois);
  const RoiAlignOptions whole = {.height = logits.dim(1), .width = logits.dim(2), .sampling_ratio = 0};
  const Tensor wanted = roi_align(stack.masks, /*scale=*/1, of_masks, whole);
  return mask_cross_entropy(logits, reshape(wanted, {wanted.dim(0), wanted.dim(1), wanted.dim(2)}), labels);
}

// ---- inference ---------------------------------------------------------------------------------------

static std::vector<Roi> regions_of(const RoiHeads::Proposals& proposals) {
  std::vector<Roi> rois;
  for (size_t n = 0; n < proposals.size(); ++n) {
    for (const CornerBox& box : proposals[n]) rois.push_back({static_cast<int64_t>(n), box});
  }
  return rois;
}

static std::vector<double> softmax(std::span<const real> logits) {
  std::vector<double> shares(logits.begin(), logits.end());
  const double largest = *std::max_element(shares.begin(), shares.end());
  double sum = 0;
  for (double& x : shares) sum += x = std::exp(x - largest);
  for (double& x : shares) x /= sum;
  return shares;
}

// A region as each class that it may be of.
static void append_classes(std::vector<Detection>& found, const CornerBox& proposal,
                           std::span<const real> scores, std::span<const real> deltas, const ImageSize& size,
                           const BoxHeadConfig& config) {
  const std::vector<double> shares = softmax(scores);
  for (size_t k = 1; k < shares.size(); ++k) {
    if (!(shares[k] > config.output.least_score)) continue;
    const CornerBox box = clipped(config.targets.coder.decode(delta_at(deltas, k), proposal),
                                  static_cast<double>(size.height), static_cast<double>(size.width));
    if (boxes_of_size({&box, 1}, config.least_side).empty()) continue;
    found.push_back({.box = box, .label = static_cast<int32_t>(k) - 1, .score = shares[k]});
  }
}

std::vector<std::vector<Detection>> RoiHeads::detections(const std::vector<Tensor>& maps,
                                                         const ImageSize& size, const Proposals& proposals) {
  std::vector<std::vector<Detection>> found(proposals.size());
  const std::vector<Roi> rois = regions_of(proposals);
  if (rois.empty()) return found;
  const BoxOutputs out = boxes(maps, rois);
  const std::vector<real> scores = out.scores.values(), deltas = out.deltas.values();
  const auto outputs = static_cast<size_t>(1 + config_.classes);
  for (size_t r = 0; r < rois.size(); ++r) {
    append_classes(found[static_cast<size_t>(rois[r].image)], rois[r].box,
                   std::span(scores).subspan(r * outputs, outputs),
                   std::span(deltas).subspan(4 * r * outputs, 4 * outputs), size, config_.box_head);
  }
  for (std::vector<Detection>& of_image : found) of_image = suppressed(of_image, config_.box_head.output);
  if (has_masks()) add_masks(found, maps);
  return found;
}

// The mask of each box, of the class that it was found to be of.
void RoiHeads::add_masks(std::vector<std::vector<Detection>>& found, const std::vector<Tensor>& maps) {
  std::vector<Roi> rois;
  std::vector<Detection*> all;
  for (size_t n = 0; n < found.size(); ++n) {
    for (Detection& detection : found[n]) {
      rois.push_back({static_cast<int64_t>(n), detection.box});
      all.push_back(&detection);
    }
  }
  if (rois.empty()) return;
  const Tensor out = masks(maps, rois);
  const std::vector<real> logits = out.values();
  const auto pixels = static_cast<size_t>(out.dim(1) * out.dim(2)), outputs = static_cast<size_t>(out.dim(3));
  for (size_t r = 0; r < all.size(); ++r) {
    const auto channel = static_cast<size_t>(1 + all[r]->label);
    for (size_t p = 0; p < pixels; ++p) {
      const double logit = static_cast<double>(logits[(r * pixels + p) * outputs + channel]);
      all[r]->mask.push_back(static_cast<float>(sigmoid_of(logit)));
    }
  }
}

}  // namespace eca
