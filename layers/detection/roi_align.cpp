// RoIAlign. A region is cut into height x width bins, a bin is the mean over g x g samples of the map, and a sample weighs the four
// pixels around it. Along one axis, of H pixels, sample k of bin p lies at
//   v       = start + (p + (k + 1/2) / g) * side / bins          start, side: of the box times scale; start - 1/2 where aligned;
//   weights : 1 - (v - l) for pixel l = floor(v)                 side at least 1 where not aligned
//             v - l       for pixel l + 1
// v is at least 0; from H-1 on pixel H-1 has all the weight. A sample with v < -1 or v > H is 0.
// a[p] sums the g weights of a bin and divides by g; b is the same along the other axis:
//   y[r,p,q,c]  = sum_{h,w} a_r[p,h] b_r[q,w] x[n,h,w,c]              n: the region's image
//   dx[n,h,w,c] = sum_{r,p,q} a_r[p,h] b_r[q,w] dy[r,p,q,c]           r: the regions of image n
// Source: Mask R-CNN, arXiv 1703.06870v3, section 3; torchvision.ops.roi_align for edges, `aligned` and how many samples are taken.
// Derivation: docs/derivations/detection.md
// Saves: no tensor; where the bins lie.
#include "layers/detection/roi_align.hpp"

#include <algorithm>
#include <cmath>

#include "core/autograd/check.hpp"
#include "core/kernels/detection/roi_align.hpp"

namespace eca {

// The bins of all regions along one axis, each as the pixel where it begins and K weights from there on.
struct RoiBinAxis {
  int64_t K = 1;
  std::vector<int32_t> begin;
  std::vector<real> weights;
};

// Those of one map.
struct RoiBinsOfMap {
  kernels::RoiAlignShape s;
  RoiBinAxis rows, columns;
  std::vector<int32_t> out, image, first;

  kernels::RoiBins arrays() const {
    return {rows.weights.data(), columns.weights.data(), rows.begin.data(), columns.begin.data(),
            out.data(),          image.data(),           first.data()};
  }
};

std::vector<double> roi_samples(double start, double end, int64_t bins, const RoiAlignOptions& options) {
  double side = end - start;
  if (options.aligned) start -= 0.5;
  if (!options.aligned) side = std::max(side, 1.);
  const double bin = side / static_cast<double>(bins);
  const int64_t of_bin =
      options.sampling_ratio > 0 ? options.sampling_ratio : static_cast<int64_t>(std::ceil(bin));
  const double g = static_cast<double>(of_bin);
  std::vector<double> samples;
  for (int64_t p = 0; p < bins; ++p) {
    for (int64_t k = 0; k < of_bin; ++k)
      samples.push_back(start + static_cast<double>(p) * bin + (static_cast<double>(k) + 0.5) * bin / g);
  }
  return samples;
}

namespace {

// A region along one axis, in pixels of the map.
struct Extent {
  double start, end;
};

// Adds the weights of the sample at v, of a map of H pixels.
void add_sample(std::vector<double>& weights, double v, double share) {
  const auto H = static_cast<int64_t>(weights.size());
  if (v < -1 || v > static_cast<double>(H)) return;
  v = std::max(v, 0.);
  const int64_t l = std::min(static_cast<int64_t>(v), H - 1);
  const double upper = l == H - 1 ? 0 : v - static_cast<double>(l);
  weights[static_cast<size_t>(l)] += share * (1 - upper);
  if (upper > 0) weights[static_cast<size_t>(l + 1)] += share * upper;
}

// The weights (bins,H) of one region's bins.
std::vector<std::vector<double>> bin_weights(Extent extent, int64_t bins, int64_t H,
                                             const RoiAlignOptions& options) {
  const std::vector<double> samples = roi_samples(extent.start, extent.end, bins, options);
  const size_t of_bin = samples.size() / static_cast<size_t>(bins);
  std::vector<std::vector<double>> weights(static_cast<size_t>(bins),
                                           std::vector<double>(static_cast<size_t>(H)));
  for (size_t i = 0; i < samples.size(); ++i)
    add_sample(weights[i / of_bin], samples[i], 1 / static_cast<double>(of_bin));
  return weights;
}

// The bins of all regions, cut down to the pixels that weigh anything.
RoiBinAxis bin_axis(const std::vector<Extent>& extents, int64_t bins, int64_t H,
                    const RoiAlignOptions& options) {
  RoiBinAxis axis;
  std::vector<std::vector<double>> all;
  for (const Extent& extent : extents) {
    for (std::vector<double>& weights : bin_weights(extent, bins, H, options)) {
      const auto weighs = [](double w) { return w != 0; };
      const auto first = std::find_if(weights.begin(), weights.end(), weighs);
      const auto last = std::find_if(weights.rbegin(), weights.rend(), weighs).base();
      axis.begin.push_back(first == weights.end() ? 0 : static_cast<int32_t>(first - weights.begin()));
      if (first != weights.end()) axis.K = std::max<int64_t>(axis.K, last - first);
      all.push_back(std::move(weights));
    }
  }
  for (size_t i = 0; i < all.size(); ++i) {
    axis.begin[i] = static_cast<int32_t>(std::min<int64_t>(axis.begin[i], H - axis.K));
    const auto first = all[i].begin() + axis.begin[i];
    for (auto weight = first; weight != first + axis.K; ++weight)
      axis.weights.push_back(static_cast<real>(*weight));
  }
  return axis;
}

// `chosen`: the regions that lie in this map, image after image.
RoiBinsOfMap bins_of_map(const Tensor& x, double scale, const std::vector<Roi>& rois,
                         const std::vector<size_t>& chosen, const RoiAlignOptions& options) {
  const int64_t N = x.dim(0), H = x.dim(1), W = x.dim(2), C = x.dim(3);
  RoiBinsOfMap bins;
  std::vector<Extent> rows, columns;
  bins.first.assign(static_cast<size_t>(N) + 1, 0);
  for (const size_t r : chosen) {
    const auto& [image, box] = rois[r];
    bins.out.push_back(static_cast<int32_t>(r));
    bins.image.push_back(static_cast<int32_t>(image));
    ++bins.first[static_cast<size_t>(image) + 1];
    rows.push_back({box.y1 * scale, box.y2 * scale});
    columns.push_back({box.x1 * scale, box.x2 * scale});
  }
  for (size_t n = 0; n < static_cast<size_t>(N); ++n) bins.first[n + 1] += bins.first[n];
  bins.rows = bin_axis(rows, options.height, H, options);
  bins.columns = bin_axis(columns, options.width, W, options);
  bins.s = {.N = N,
            .H = H,
            .W = W,
            .C = C,
            .M = std::ssize(chosen),
            .PH = options.height,
            .PW = options.width,
            .KH = bins.rows.K,
            .KW = bins.columns.K};
  return bins;
}

}  // namespace

static constexpr size_t kMostMaps = 6;

struct RoiAlignBackward final : Node {
  std::vector<RoiBinsOfMap> bins;  // of each map
  RoiAlignBackward(const std::vector<Tensor>& x, const std::vector<RoiBinsOfMap>& bins_in)
      : Node({map(x, 0), map(x, 1), map(x, 2), map(x, 3), map(x, 4), map(x, 5)}), bins(bins_in) {}
  const char* name() const override { return "RoiAlignBackward"; }
  void backward(const Tensor& dy) override;

 private:
  static Tensor map(const std::vector<Tensor>& x, size_t i) { return i < x.size() ? x[i] : Tensor(); }
};

static void check_roi_align(const std::vector<Tensor>& maps, const std::vector<Roi>& rois,
                            const RoiAlignOptions& options) {
  for (const Tensor& x : maps) {
    check_rank("roi_align", "x", x, "N,H,W,C");
    if (x.dim(1) * x.dim(2) == 0) shape_error("roi_align", "x has no pixels", {{"x", x, "N,H,W,C"}});
    if (x.dim(0) != maps[0].dim(0) || x.dim(3) != maps[0].dim(3)) {
      shape_error("roi_align", "maps of other images or channels",
                  {{"x", maps[0], "N,H,W,C"}, {"x", x, "N,H,W,C"}});
    }
  }
  if (options.height < 1 || options.width < 1 || options.sampling_ratio < 0) {
    throw Error("roi_align: " + std::to_string(options.height) + "x" + std::to_string(options.width) +
                " bins and sampling ratio " + std::to_string(options.sampling_ratio) +
                ", expected at least 1x1 and 0");
  }
  for (size_t r = 0; r < rois.size(); ++r) {
    const auto& [image, box] = rois[r];
    if (image < 0 || image >= maps[0].dim(0)) {
      throw Error("roi_align: region " + std::to_string(r) + " is of image " + std::to_string(image) +
                  ", expected 0 to " + std::to_string(maps[0].dim(0) - 1));
    }
    for (const double corner : {box.x1, box.y1, box.x2, box.y2}) {
      if (std::isfinite(corner)) continue;
      throw Error("roi_align: region " + std::to_string(r) + " has a corner at " + std::to_string(corner) +
                  ", expected finite numbers");
    }
  }
}

// map_of[r]: the map that region r is taken from.
static Tensor roi_align(const std::vector<Tensor>& maps, const std::vector<double>& scales,
                        const std::vector<size_t>& map_of, const std::vector<Roi>& rois,
                        const RoiAlignOptions& options) {
  std::vector<std::vector<size_t>> chosen(maps.size());
  for (size_t r = 0; r < rois.size(); ++r) chosen[map_of[r]].push_back(r);
  Tensor y = Tensor::empty({std::ssize(rois), options.height, options.width, maps[0].dim(3)});
  std::vector<RoiBinsOfMap> bins;
  for (size_t i = 0; i < maps.size(); ++i) {
    std::stable_sort(chosen[i].begin(), chosen[i].end(),
                     [&](size_t a, size_t b) { return rois[a].image < rois[b].image; });
    bins.push_back(bins_of_map(maps[i], scales[i], rois, chosen[i], options));
    kernels::roi_align_forward(y.data(), maps[i].data(), bins.back().arrays(), bins.back().s);
  }
  return record<RoiAlignBackward>(y, maps, bins);
}

void RoiAlignBackward::backward(const Tensor& dy) {
  for (size_t i = 0; i < bins.size(); ++i) {
    if (GradSlot dx = grad_slot(i)) kernels::roi_align_dx(dx, dy.data(), bins[i].arrays(), bins[i].s);
  }
}

Tensor roi_align(const Tensor& x, double scale, const std::vector<Roi>& rois,
                 const RoiAlignOptions& options) {
  check_roi_align({x}, rois, options);
  return roi_align({x}, {scale}, std::vector<size_t>(rois.size(), 0), rois, options);
}

Tensor roi_align(const std::vector<Tensor>& maps, const RoiLevels& levels, const std::vector<Roi>& rois,
                 const RoiAlignOptions& options) {
  if (maps.empty() || maps.size() > kMostMaps || std::ssize(maps) != levels.most - levels.least + 1) {
    throw Error("roi_align: " + std::to_string(maps.size()) + " maps for levels " +
                std::to_string(levels.least) + " to " + std::to_string(levels.most) +
                ", expected one for each, at most " + std::to_string(kMostMaps));
  }
  check_roi_align(maps, rois, options);
  std::vector<double> scales;
  for (int64_t level = levels.least; level <= levels.most; ++level)
    scales.push_back(std::ldexp(1., -static_cast<int>(level)));
  std::vector<size_t> map_of;
  for (const Roi& roi : rois) map_of.push_back(static_cast<size_t>(levels.of(roi.box) - levels.least));
  return roi_align(maps, scales, map_of, rois, options);
}

}  // namespace eca
