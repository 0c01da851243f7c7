// Scenes: images that need no download, with objects of which every pixel is known. Things from real photographs lie on textured
// ground, in random colours, sizes and places, and hide each other. The idea: Dwibedi et al., "Cut, paste and learn", arXiv
// 1708.01642; Ghiasi et al., "Simple copy-paste", arXiv 2012.07177, found random places to be good enough.
#pragma once

#include <memory>

#include "data/detection/detection_set.hpp"
#include "data/detection/scene_items.hpp"

namespace eca {

struct SceneOptions {
  int64_t train = 8000, test = 500;  // scenes
  int64_t size = 128;                // height and width
  int64_t objects = 6;               // one to so many are laid
  double empty = 0.05;               // share of scenes without any
  uint64_t seed = 1;
};

// Throws Error if an option is out of range.
void check_scenes(const SceneOptions& options);

// Scene i is a pure function of (seed, split, i, size, objects, empty) and the items, so a larger set begins with the smaller one.
//
// Items are laid one over the other. The longer side of each is 5/32 to 1/2 of the scene's (20 to 64 pixels of 128), and
// all of it lies inside. A mask is what can be seen, a box goes round the mask. Things hidden nearly whole are no objects to find:
// while there is one of which less than a quarter can be seen, the one of which the smallest share can be seen is taken away
// again, from the picture too.
class SceneSet final : public DetectionSet {
 public:
  enum class Split { train, test };

  // Throws Error if an option is out of range.
  SceneSet(const SceneOptions& options, Split split, std::shared_ptr<const ImageSet> items);

  std::string name() const override { return split_ == Split::train ? "scenes train" : "scenes test"; }
  int64_t size() const override { return split_ == Split::train ? options_.train : options_.test; }
  const std::vector<std::string>& classes() const override { return items_->classes; }
  DetectionExample at(int64_t i) const override;
  CocoDataset truth() const override { return truth_of_examples(*this); }
  std::string fingerprint() const override;

 private:
  SceneOptions options_;
  Split split_;
  std::shared_ptr<const ImageSet> items_;
};

}  // namespace eca
