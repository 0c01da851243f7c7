#include "experiments/explain/averages.hpp"

#include <algorithm>

#include "experiments/common/format.hpp"
#include "experiments/explain/insertion_deletion.hpp"
#include "experiments/explain/on_object.hpp"

namespace eca {

namespace {

void add_curve(std::vector<double>& sum, const std::vector<double>& curve) {
  sum.resize(curve.size());
  for (size_t i = 0; i < curve.size(); ++i) sum[i] += curve[i];
}

void add_removal(Averages& averages, Module& network, const Tensor& x, int64_t k, const Map& map,
                 int64_t steps) {
  const auto lot = static_cast<uint64_t>(averages.images);
  const Map same = {map.height, map.width, std::vector<double>(map.values.size(), 0)};
  const RemovalCurves curves = removal_curves(network, x, k, map, steps, lot);
  const RemovalCurves random = removal_curves(network, x, k, same, steps, lot);
  averages.deletion.values.push_back(area_under(curves.deletion));
  averages.deletion.controls.push_back(area_under(random.deletion));
  averages.insertion.values.push_back(area_under(curves.insertion));
  averages.insertion.controls.push_back(area_under(random.insertion));
  add_curve(averages.deletion_curve, curves.deletion);
  add_curve(averages.insertion_curve, curves.insertion);
  add_curve(averages.random_deletion_curve, random.deletion);
  add_curve(averages.random_insertion_curve, random.insertion);
}

struct MapOnObject {
  Map map;
  const uint8_t* mask;
  int64_t place;
};

void compare_on_object(Averages& averages, const std::vector<MapOnObject>& maps) {
  for (size_t i = 0; i < maps.size(); ++i) {
    const MapOnObject& here = maps[i];
    averages.on_object.values.push_back(share_on_object(here.map, here.mask));
    averages.on_object.controls.push_back(share_on_object(maps[(i + 1) % maps.size()].map, here.mask));
    averages.object_areas.push_back(object_area(here.mask, here.map.height * here.map.width));
    averages.with_object.push_back(here.place);
  }
}

}  // namespace

std::vector<double> Compared::differences() const {
  std::vector<double> all;
  for (size_t i = 0; i < values.size(); ++i) all.push_back(values[i] - controls[i]);
  return all;
}

Averages average_maps(Module& network, const ModelCard& card, const ImageSet& set,
                      const std::vector<int64_t>& images, const AveragesOptions& options) {
  Averages averages;
  std::vector<MapOnObject> on_objects;
  for (const int64_t i : images) {
    const Tensor x = input_of(subject_of(set, i), card);
    const LayerView view = look_at_layer(network, x, options.layer);
    averages.layer = view.layer;
    averages.maps.push_back({view.classes[0], class_map(view, 0, options.method)});
    const Map map = upsampled(averages.maps.back().map, set.height, set.width);
    add_removal(averages, network, x, view.classes[0], map, options.steps);
    if (!set.masks.empty() && object_area(set.mask(i), set.height * set.width) > 0) {
      if (largest_above_zero(map) > 0) {
        on_objects.push_back({map, set.mask(i), averages.images});
      } else {
        ++averages.empty_maps;
      }
    }
    ++averages.images;
  }
  for (std::vector<double>* sum : {&averages.deletion_curve, &averages.insertion_curve,
                                   &averages.random_deletion_curve, &averages.random_insertion_curve}) {
    for (double& value : *sum) value /= static_cast<double>(averages.images);
  }
  compare_on_object(averages, on_objects);
  return averages;
}

std::vector<ModelDifference> differences_of(const Averages& one, const Averages& other) {
  std::vector<ModelDifference> all = {
      {"deletion", Compared{one.deletion.values, other.deletion.values}.differences()},
      {"insertion", Compared{one.insertion.values, other.insertion.values}.differences()}};
  Compared on_object;
  for (size_t i = 0; i < one.with_object.size(); ++i) {
    const auto same = std::ranges::find(other.with_object, one.with_object[i]);
    if (same == other.with_object.end()) continue;
    on_object.values.push_back(one.on_object.values[i]);
    on_object.controls.push_back(
        other.on_object.values[static_cast<size_t>(same - other.with_object.begin())]);
  }
  if (!on_object.values.empty()) all.push_back({"on object", on_object.differences()});
  return all;
}

std::string mean_and_interval(const std::vector<double>& values) {
  if (values.empty()) return "-";
  if (values.size() == 1) return format("%.3f", values[0]);
  const Interval interval = interval95(values);
  return format("%.3f ± %.3f", interval.mean, interval.half_width);
}

std::string verdict(const std::vector<double>& differences) {
  if (differences.size() < 2) return "not to be told apart";
  const Interval interval = interval95(differences);
  return interval.low() > 0 ? "larger" : interval.high() < 0 ? "smaller" : "not to be told apart";
}

}  // namespace eca
