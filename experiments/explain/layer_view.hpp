// One layer of a network as class activation methods see it: its map, the gradient of a class score by this map, and the
// linear layer behind it if there is nothing else.
#pragma once

#include <string>
#include <vector>

#include "experiments/explain/map.hpp"
#include "layers/module.hpp"

namespace eca {

// What is to be explained: the class of the largest logit of each image, or one class of all.
inline constexpr int64_t kPredicted = -1;

struct LayerView {
  std::string layer;             // the module's path
  Tensor logits;                 // (N,K)
  std::vector<int64_t> classes;  // (N), those explained
  Tensor A, dA;                  // (N,H,W,C); dA[n] is d logits[n,classes[n]] / dA[n]
  Tensor head;  // (C,K); undefined unless the logits are linear in the mean of A over the pixels
};

// Runs the network on x (N,H,W,C) as it is, in evaluation mode or not, by the plain chain of its ops, and back from one logit of
// each image. An empty layer is the last one with a map. Throws what last_map_of throws.
LayerView look_at_layer(Module& network, const Tensor& x, const std::string& layer,
                        int64_t asked_class = kPredicted);

enum class CamMethod { cam, grad_cam, grad_cam_plus_plus };
// "cam", "gradcam", "gradcam++", and back; as people call it, "Grad-CAM++". parse throws Error.
CamMethod parse_cam_method(const std::string& text);
const char* to_string(CamMethod method);
const char* title(CamMethod method);

// The map of image n. Throws Error where CAM cannot be had, as there is no linear head.
Map class_map(const LayerView& view, int64_t n, CamMethod method);

}  // namespace eca
