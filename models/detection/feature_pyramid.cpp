#include "models/detection/feature_pyramid.hpp"

#include <bit>
#include <set>

#include "core/base/error.hpp"
#include "core/base/scope.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/attention/ops/upsample_nearest.hpp"
#include "layers/conv2d.hpp"
#include "layers/pooling.hpp"

namespace eca {

// Convolutions under names of their own.
struct NamedConvolutions : Branches {
  Module& add(const std::string& name, const Conv2dConfig& config) { return add_child<Conv2d>(name, config); }
};

// A list of Sequentials of one convolution each, as torchvision has them.
static std::vector<Module*> append_convolutions(Sequential& list, const std::vector<BodyMap>& from,
                                                const PyramidConfig& config, int64_t kernel) {
  std::vector<Module*> all;
  for (const BodyMap& map : from) {
    const int64_t in = kernel == 1 ? map.channels : config.channels;
    auto& one = list.append<Sequential>();
    auto& convolution = one.append<Conv2d>(Conv2dConfig{.in = in,
                                                        .out = config.channels,
                                                        .kernel = kernel,
                                                        .options = {.padding = kernel / 2},
                                                        .bias = true});
    start_from(convolution, lecun_uniform(in, kernel));
    all.push_back(&one);
  }
  return all;
}

FeaturePyramid::FeaturePyramid(const std::vector<BodyMap>& from, const PyramidConfig& config)
    : config_(config),
      inner_(append_convolutions(add_child<Sequential>("inner_blocks"), from, config, /*kernel=*/1)),
      layer_(append_convolutions(add_child<Sequential>("layer_blocks"), from, config, /*kernel=*/3)) {
  if (config.extra != PyramidConfig::Extra::pool && config.extra_maps > 0) add_extra_maps(from.back());
}

// Called by level, as "p6" is the map of stride 2^6.
void FeaturePyramid::add_extra_maps(const BodyMap& last) {
  auto& blocks = add_child<NamedConvolutions>("extra_blocks");
  int64_t in = config_.extra == PyramidConfig::Extra::convolution ? config_.channels : last.channels;
  int level = std::countr_zero(static_cast<uint64_t>(last.stride));
  for (int64_t i = 0; i < config_.extra_maps; ++i) {
    extra_.push_back(&blocks.add("p" + std::to_string(++level), {.in = in,
                                                                 .out = config_.channels,
                                                                 .kernel = 3,
                                                                 .options = {.stride = 2, .padding = 1},
                                                                 .bias = true}));
    start_from(*extra_.back(), lecun_uniform(in, /*kernel=*/3));
    in = config_.channels;
  }
}

std::vector<Tensor> FeaturePyramid::maps(const std::vector<Tensor>& c) {
  const Scope scope(name());
  const auto inner = [&](size_t i) {
    const Scope list("inner_blocks");
    return (*inner_[i])(c[i]);
  };
  const auto layer = [&](size_t i, const Tensor& t) {
    const Scope list("layer_blocks");
    return (*layer_[i])(t);
  };
  const size_t last = c.size() - 1;
  std::vector<Tensor> p(c.size());
  Tensor t = inner(last);
  p[last] = layer(last, t);
  for (size_t i = last; i-- > 0;) {
    const Tensor lateral = inner(i);
    t = add(lateral, upsample_nearest(t, lateral.dim(1), lateral.dim(2)));
    p[i] = layer(i, t);
  }
  append_extra_maps(p, c.back());
  return p;
}

void FeaturePyramid::append_extra_maps(std::vector<Tensor>& p, const Tensor& last_c) {
  if (config_.extra == PyramidConfig::Extra::pool) {
    for (int64_t i = 0; i < config_.extra_maps; ++i)
      p.push_back(max_pool2d(p.back(), {.kernel = 1, .stride = 2}));
    return;
  }
  const Scope list("extra_blocks");
  for (size_t i = 0; i < extra_.size(); ++i) {
    const Tensor x = i > 0                                                ? relu(p.back())
                     : config_.extra == PyramidConfig::Extra::convolution ? p.back()
                                                                          : last_c;
    p.push_back((*extra_[i])(x));
  }
}

std::vector<int64_t> pyramid_strides(const std::vector<BodyMap>& of_body, const PyramidConfig& config,
                                     const std::string& network) {
  std::vector<int64_t> strides;
  for (const BodyMap& map : of_body) {
    if (map.stride >= config.least_stride) strides.push_back(map.stride);
  }
  if (strides.empty()) {
    throw Error("detector: the maps of " + network + " have strides up to " +
                std::to_string(of_body.back().stride) + ", expected one of at least " +
                std::to_string(config.least_stride));
  }
  for (int64_t i = 0; i < config.extra_maps; ++i) strides.push_back(2 * strides.back());
  return strides;
}

PyramidBackbone::PyramidBackbone(const BackboneConfig& backbone, const PyramidConfig& pyramid)
    : frozen_(backbone.frozen_batch_norm) {
  auto body = make_body(backbone.model, backbone.width);
  const std::vector<BodyMap> sizes = body->map_sizes();
  strides_ = pyramid_strides(sizes, pyramid, backbone.model.name);
  while (sizes[first_].stride < pyramid.least_stride) ++first_;
  chosen_.assign(sizes.begin() + static_cast<std::ptrdiff_t>(first_), sizes.end());
  body_ = body.get();
  adopt("body", std::move(body));
  if (frozen_) freeze_batch_norm();
  fpn_ = &add_child<FeaturePyramid>("fpn", chosen_, pyramid);
}

// Batch norm's parameters are those that lie beside running statistics.
void PyramidBackbone::freeze_batch_norm() {
  body_->name_parameters();
  std::set<std::string> norms;
  for (const Parameter* buffer : body_->buffers()) {
    const std::string& path = buffer->name;
    if (path.ends_with("running_mean")) norms.insert(path.substr(0, path.rfind('.')));
  }
  for (Parameter* parameter : body_->parameters()) {
    const std::string module = parameter->name.substr(0, parameter->name.rfind('.'));
    if (norms.contains(module)) parameter->value.set_requires_grad(false);
  }
}

std::vector<Tensor> PyramidBackbone::maps(const Tensor& images) {
  const Scope scope(name());
  if (frozen_) body_->eval();
  std::vector<Tensor> c;
  {
    const Scope body(body_->name());
    c = body_->maps(images);
  }
  c.erase(c.begin(), c.begin() + static_cast<std::ptrdiff_t>(first_));
  return fpn_->maps(c);
}

}  // namespace eca
