#include "experiments/detection/explain_anchors.hpp"

#include <algorithm>

#include "experiments/common/format.hpp"
#include "experiments/detection/draw_objects.hpp"
#include "experiments/detection/explain_panel.hpp"
#include "models/detection/loss_targets.hpp"

namespace eca {

static constexpr Colour kPlaceColour = {70, 90, 120}, kIgnoredColour = {200, 110, 0},
                        kBackgroundColour = {70, 70, 70};

// Dark enough for lines on a pale image.
Colour object_colour(int64_t object) { return mixed(class_colour(static_cast<int32_t>(object)), kInk, 0.3); }

Picture anchors_picture(const Image& image, const PyramidAnchors& anchors, const std::vector<MapSize>& maps) {
  std::vector<Picture> panels;
  for (size_t m = 0; m < maps.size(); ++m) {
    const MapSize& map = maps[m];
    const int64_t shapes = anchors.of_map(m) / (map.height * map.width);
    ExplainPanel panel(faded(image));
    for (int64_t i = 0; i < map.height; ++i) {
      for (int64_t j = 0; j < map.width; ++j)
        panel.draw_dot(static_cast<double>(j * map.stride), static_cast<double>(i * map.stride), kPlaceColour,
                       3);
    }
    const int64_t middle = map.height / 2 * map.width + map.width / 2;
    for (int64_t k = 0; k < shapes; ++k) {
      const auto at = static_cast<size_t>(middle * shapes + k);
      panel.draw_box(anchors.boxes_of_map(m)[at], {.colour = object_colour(k), .width = 2});
    }
    const auto number = [](int64_t n) { return static_cast<long long>(n); };
    panels.push_back(panel.titled(format("stride %lld: %lld x %lld x %lld", number(map.stride),
                                         number(map.height), number(map.width), number(shapes))));
  }
  return explain_sheet(panels);
}

MatchedAnchors matched_anchors(const std::vector<CornerBox>& anchors, const std::vector<CornerBox>& objects,
                               const Matcher& matcher) {
  const std::vector<int64_t> matches =
      matcher.match(iou_matrix(objects, anchors), std::ssize(objects), std::ssize(anchors));
  MatchedAnchors matched;
  for (int64_t i = 0; i < std::ssize(matches); ++i) {
    const int64_t object = matches[static_cast<size_t>(i)];
    if (object >= 0) matched.positives.push_back({i, object});
    if (object == kIgnored) matched.ignored.push_back(i);
    if (object == kBackground) matched.background.push_back(i);
  }
  return matched;
}

TargetRules anchor_rules(const DetectorConfig& config) {
  TargetRules rules = config.rpn.targets;
  if (config.kind == DetectorKind::retinanet) rules.matcher = config.retinanet.matcher;
  return rules;
}

Picture matches_picture(const Image& image, const std::vector<CornerBox>& anchors,
                        const std::vector<CornerBox>& objects, const TargetRules& rules) {
  const MatchedAnchors matched = matched_anchors(anchors, objects, rules.matcher);
  Random random = drawing({}, /*image=*/0, Drawing::anchors);
  const BalancedSample sample = detection_targets(anchors, objects, random, rules).sample;
  const auto panel_of = [&](const auto& indices, const LineStyle& style, const std::string& title) {
    ExplainPanel panel(faded(image));
    for (const int64_t i : indices) panel.draw_box(anchors[static_cast<size_t>(i)], style);
    return panel.titled(title);
  };
  ExplainPanel truth(picture_of(image)), positives(faded(image));
  for (size_t k = 0; k < objects.size(); ++k)
    truth.draw_box(objects[k], {.colour = class_colour(static_cast<int32_t>(k)), .width = 3});
  for (const auto& [anchor, object] : matched.positives)
    positives.draw_box(anchors[static_cast<size_t>(anchor)], {.colour = object_colour(object), .width = 2});
  return explain_sheet(
      {truth.titled(format("%zu objects", objects.size())),
       positives.titled(format("from %g, or best: %zu", rules.matcher.high, matched.positives.size())),
       panel_of(matched.ignored, {.colour = kIgnoredColour, .width = 1},
                format("%g to %g, not counted: %zu", rules.matcher.low, rules.matcher.high,
                       matched.ignored.size())),
       panel_of(sample.negatives, {.colour = kBackgroundColour, .width = 1},
                format("background: %zu of %zu", sample.negatives.size(), matched.background.size()))});
}

}  // namespace eca
