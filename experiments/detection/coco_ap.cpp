#include "experiments/detection/coco_ap.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <numeric>
#include <optional>

#include "core/base/error.hpp"

namespace eca {

namespace {

// The last digits are NumPy's, from linspace(0.5, 0.95, 10).
constexpr std::array<double, 10> kThresholds = {
    0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.8999999999999999, 0.95};
constexpr size_t kThreshold50 = 0, kThreshold75 = 5;
constexpr size_t kRecalls = 101;
constexpr size_t kMostDetections = 100;
constexpr double kHuge = 1e10;

template <class T>
using PerThreshold = std::array<T, kThresholds.size()>;

struct AreaRange {
  double low = 0, high = kHuge;
  bool holds(double area) const { return low <= area && area <= high; }
};

// ---- what is in one image of one category ----

struct ImagePart {
  std::vector<const CocoObject*> objects;
  std::vector<const CocoDetection*> detections;  // from the highest score, at most kMostDetections
  std::vector<double> overlaps;                  // (detections,objects), IoU

  double overlap(size_t detection, size_t object) const {
    return overlaps[detection * objects.size() + object];
  }
};

// Of one category, by the place of the image among the sorted ids.
using ImageParts = std::map<int64_t, ImagePart>;

double overlap_of(const CocoDetection& detection, const CocoObject& object, CocoRegion region) {
  if (region == CocoRegion::boxes) return box_iou(detection.box, object.box, object.crowd);
  return mask_iou(*detection.mask, *object.mask, object.crowd);
}

double area_of(const CocoDetection& detection, CocoRegion region) {
  return region == CocoRegion::boxes ? detection.box.area() : static_cast<double>(area(*detection.mask));
}

// Where each image stands when they are sorted by their ids.
std::vector<int64_t> places_by_id(const std::vector<CocoImage>& images) {
  std::vector<size_t> order(images.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return images[a].id < images[b].id; });
  std::vector<int64_t> places(images.size());
  for (size_t place = 0; place < order.size(); ++place) places[order[place]] = static_cast<int64_t>(place);
  return places;
}

void check_detection(const CocoDataset& set, const CocoDetection& detection, size_t number,
                     CocoRegion region) {
  const auto is_index = [](int64_t index, size_t size) {
    return index >= 0 && static_cast<size_t>(index) < size;
  };
  const std::string name = "coco_scores: detection " + std::to_string(number);
  if (!is_index(detection.image, set.images.size())) {
    throw Error(name + ": image " + std::to_string(detection.image) + " of " +
                std::to_string(set.images.size()));
  }
  if (!is_index(detection.category, set.categories.size())) {
    throw Error(name + ": category " + std::to_string(detection.category) + " of " +
                std::to_string(set.categories.size()));
  }
  if (region == CocoRegion::masks && !detection.mask) {
    throw Error(name + " (image id " + std::to_string(set.images[static_cast<size_t>(detection.image)].id) +
                ") has no mask; results for masks need a segmentation each");
  }
}

void check_object(const CocoObject& object, CocoRegion region) {
  if (region == CocoRegion::masks && !object.mask) {
    throw Error("coco_scores: object " + std::to_string(object.id) + " has no mask to compare with");
  }
}

// By category.
std::vector<ImageParts> parts_of(const CocoDataset& set, const std::vector<CocoDetection>& detections,
                                 CocoRegion region) {
  const std::vector<int64_t> places = places_by_id(set.images);
  std::vector<ImageParts> parts(set.categories.size());
  const auto part_of = [&](const auto& thing) -> ImagePart& {
    return parts[static_cast<size_t>(thing.category)][places[static_cast<size_t>(thing.image)]];
  };
  for (const CocoObject& object : set.objects) {
    check_object(object, region);
    part_of(object).objects.push_back(&object);
  }
  for (size_t i = 0; i < detections.size(); ++i) {
    check_detection(set, detections[i], i, region);
    part_of(detections[i]).detections.push_back(&detections[i]);
  }
  return parts;
}

void sort_and_compare(ImagePart& part, CocoRegion region) {
  std::stable_sort(part.detections.begin(), part.detections.end(),
                   [](const CocoDetection* a, const CocoDetection* b) { return a->score > b->score; });
  part.detections.resize(std::min(part.detections.size(), kMostDetections));
  for (const CocoDetection* detection : part.detections) {
    for (const CocoObject* object : part.objects)
      part.overlaps.push_back(overlap_of(*detection, *object, region));
  }
}

// ---- right or wrong ----

enum class Verdict : uint8_t { right, wrong, ignored };

struct Judged {
  double score = 0;
  size_t place = 0;  // among the detections of its image, from the highest score
  PerThreshold<Verdict> verdicts = {};
};

struct Judgement {
  std::vector<Judged> detections;  // by image, in an image from the highest score
  int64_t objects = 0;             // without those that are ignored
};

// Objects that count, then those that are ignored; each in their order.
struct Candidates {
  std::vector<size_t> objects;
  size_t counted = 0;  // the first so many count
};

Candidates candidates_of(const ImagePart& part, const AreaRange& range) {
  Candidates candidates;
  for (size_t i = 0; i < part.objects.size(); ++i) candidates.objects.push_back(i);
  const auto counts = [&](size_t i) { return !part.objects[i]->crowd && range.holds(part.objects[i]->area); };
  const auto end = std::stable_partition(candidates.objects.begin(), candidates.objects.end(), counts);
  candidates.counted = static_cast<size_t>(end - candidates.objects.begin());
  return candidates;
}

// Which of the candidates the detection takes. `taken` is of the candidates.
std::optional<size_t> match(const ImagePart& part, size_t detection, const Candidates& candidates,
                            double threshold, const std::vector<bool>& taken) {
  double best = threshold;
  std::optional<size_t> found;
  for (size_t i = 0; i < candidates.objects.size(); ++i) {
    const size_t object = candidates.objects[i];
    if (taken[i] && !part.objects[object]->crowd) continue;
    if (found && *found < candidates.counted && i >= candidates.counted) break;
    if (part.overlap(detection, object) < best) continue;
    best = part.overlap(detection, object);
    found = i;
  }
  return found;
}

void judge(const ImagePart& part, const AreaRange& range, CocoRegion region, Judgement& judgement) {
  const Candidates candidates = candidates_of(part, range);
  judgement.objects += static_cast<int64_t>(candidates.counted);
  PerThreshold<std::vector<bool>> taken;
  taken.fill(std::vector<bool>(candidates.objects.size()));
  for (size_t d = 0; d < part.detections.size(); ++d) {
    Judged judged = {.score = part.detections[d]->score, .place = d};
    const bool in_range = range.holds(area_of(*part.detections[d], region));
    for (size_t t = 0; t < kThresholds.size(); ++t) {
      const std::optional<size_t> object = match(part, d, candidates, kThresholds[t], taken[t]);
      if (object) taken[t][*object] = true;
      const bool ignored = object ? *object >= candidates.counted : !in_range;
      judged.verdicts[t] = ignored ? Verdict::ignored : object ? Verdict::right : Verdict::wrong;
    }
    judgement.detections.push_back(judged);
  }
}

// ---- precision and recall ----

struct Averages {
  PerThreshold<double> precision;  // mean over the recalls
  PerThreshold<double> recall;     // the last
};

// p(r) of the header, averaged over r. Both lists are of the detections, from the highest score.
double average_precision(std::vector<double> precision, const std::vector<double>& recall) {
  for (size_t i = precision.size(); i-- > 1;) precision[i - 1] = std::max(precision[i - 1], precision[i]);
  double sum = 0;
  for (size_t r = 0; r < kRecalls; ++r) {
    const auto reached = std::lower_bound(recall.begin(), recall.end(), static_cast<double>(r) * 0.01);
    if (reached != recall.end()) sum += precision[static_cast<size_t>(reached - recall.begin())];
  }
  return sum / static_cast<double>(kRecalls);
}

// With at most `limit` detections an image. Nothing where there is no object.
std::optional<Averages> averages_of(const Judgement& judgement, size_t limit) {
  if (judgement.objects == 0) return std::nullopt;
  std::vector<const Judged*> order;
  for (const Judged& judged : judgement.detections) {
    if (judged.place < limit) order.push_back(&judged);
  }
  std::stable_sort(order.begin(), order.end(),
                   [](const Judged* a, const Judged* b) { return a->score > b->score; });
  Averages averages = {};
  for (size_t t = 0; t < kThresholds.size(); ++t) {
    double right = 0, wrong = 0;
    std::vector<double> precision, recall;
    for (const Judged* judged : order) {
      if (judged->verdicts[t] == Verdict::right) ++right;
      if (judged->verdicts[t] == Verdict::wrong) ++wrong;
      precision.push_back(right / (wrong + right + std::numeric_limits<double>::epsilon()));
      recall.push_back(right / static_cast<double>(judgement.objects));
    }
    averages.recall[t] = recall.empty() ? 0 : recall.back();
    averages.precision[t] = average_precision(std::move(precision), recall);
  }
  return averages;
}

double mean(const PerThreshold<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

CocoNumbers numbers_of_class(ImageParts& parts, const CocoApOptions& options) {
  for (auto& [place, part] : parts) sort_and_compare(part, options.region);
  const auto judged_in = [&](const AreaRange& range) {
    Judgement judgement;
    for (const auto& [place, part] : parts) judge(part, range, options.region, judgement);
    return judgement;
  };
  CocoNumbers numbers;
  const auto of_size = [&](const AreaRange& range, double& ap, double& ar) {
    const auto averages = averages_of(judged_in(range), kMostDetections);
    if (averages) ap = mean(averages->precision), ar = mean(averages->recall);
  };
  const double small = options.small * options.small, large = options.large * options.large;
  of_size({0, small}, numbers.ap_small, numbers.ar_small);
  of_size({small, large}, numbers.ap_medium, numbers.ar_medium);
  of_size({large, kHuge}, numbers.ap_large, numbers.ar_large);

  const Judgement all = judged_in({});
  if (const auto averages = averages_of(all, kMostDetections)) {
    numbers.ap = mean(averages->precision);
    numbers.ap50 = averages->precision[kThreshold50];
    numbers.ap75 = averages->precision[kThreshold75];
    numbers.ar100 = mean(averages->recall);
    numbers.ar10 = mean(averages_of(all, 10)->recall);
    numbers.ar1 = mean(averages_of(all, 1)->recall);
  }
  return numbers;
}

constexpr double CocoNumbers::*kTwelve[] = {
    &CocoNumbers::ap,        &CocoNumbers::ap50,     &CocoNumbers::ap75,      &CocoNumbers::ap_small,
    &CocoNumbers::ap_medium, &CocoNumbers::ap_large, &CocoNumbers::ar1,       &CocoNumbers::ar10,
    &CocoNumbers::ar100,     &CocoNumbers::ar_small, &CocoNumbers::ar_medium, &CocoNumbers::ar_large};

// Each number's mean over the classes that have it.
CocoNumbers mean_over(const std::vector<CocoNumbers>& classes) {
  CocoNumbers all;
  for (double CocoNumbers::*const number : kTwelve) {
    double sum = 0;
    int64_t count = 0;
    for (const CocoNumbers& one : classes) {
      if (one.*number < 0) continue;
      sum += one.*number;
      ++count;
    }
    if (count > 0) all.*number = sum / static_cast<double>(count);
  }
  return all;
}

}  // namespace

CocoScores coco_scores(const CocoDataset& set, const std::vector<CocoDetection>& detections,
                       const CocoApOptions& options) {
  std::vector<ImageParts> parts = parts_of(set, detections, options.region);
  CocoScores scores;
  for (ImageParts& of_class : parts) scores.classes.push_back(numbers_of_class(of_class, options));
  scores.all = mean_over(scores.classes);
  return scores;
}

std::vector<double> twelve_of(const CocoNumbers& numbers) {
  std::vector<double> list;
  for (double CocoNumbers::*const number : kTwelve) list.push_back(numbers.*number);
  return list;
}

}  // namespace eca
