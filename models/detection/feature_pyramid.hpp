// The feature pyramid network: from a backbone's maps, of which the coarse ones know what and the fine ones where, maps of one number
// of channels that know both. From the coarsest c down:
//   t[last] = conv 1x1(c[last])      t[i] = conv 1x1(c[i]) + upsampled t[i+1]      p[i] = conv 3x3(t[i])
// and then the extra maps.
// Source: FPN, arXiv 1612.03144v2, section 3; torchvision FeaturePyramidNetwork (ops/feature_pyramid_network.py), which gives the
//         names of parameters.
#pragma once

#include <vector>

#include "models/detection/branches.hpp"
#include "models/detection/detector_config.hpp"
#include "models/network_body.hpp"

namespace eca {

class FeaturePyramid : public Branches {
 public:
  // from: the backbone's maps, the finest first.
  FeaturePyramid(const std::vector<BodyMap>& from, const PyramidConfig& config);
  std::vector<Tensor> maps(const std::vector<Tensor>& c);

 private:
  void add_extra_maps(const BodyMap& last);
  void append_extra_maps(std::vector<Tensor>& p, const Tensor& last_c);

  PyramidConfig config_;
  std::vector<Module*> inner_, layer_, extra_;
};

// A network of the registry under a feature pyramid: "body" and "fpn".
class PyramidBackbone : public Branches {
 public:
  // Throws Error as make_body does, and where the network has no map of that stride.
  PyramidBackbone(const BackboneConfig& backbone, const PyramidConfig& pyramid);

  // Images (N,H,W,3) -> the pyramid's maps, the finest first.
  std::vector<Tensor> maps(const Tensor& images);
  // Of each map.
  const std::vector<int64_t>& strides() const { return strides_; }
  // Of those that are no extra ones, the first.
  std::vector<int64_t> strides_of_body() const {
    return {strides_.begin(), strides_.begin() + std::ssize(chosen_)};
  }

 private:
  void freeze_batch_norm();

  bool frozen_;
  NetworkBody* body_ = nullptr;
  FeaturePyramid* fpn_ = nullptr;
  size_t first_ = 0;             // of the body's maps, the first that is used
  std::vector<BodyMap> chosen_;  // of the body's maps those that are
  std::vector<int64_t> strides_;
};

// Strides of the maps that such a pyramid has. Throws as its constructor does.
std::vector<int64_t> pyramid_strides(const std::vector<BodyMap>& of_body, const PyramidConfig& config,
                                     const std::string& network);

}  // namespace eca
