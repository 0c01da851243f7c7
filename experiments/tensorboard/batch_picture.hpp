// A batch, as a network sees it.
#pragma once

#include "data/image_set.hpp"
#include "data/loader.hpp"
#include "experiments/drawing/picture.hpp"

namespace eca {

// The first images of a batch after augmentation, at most `most`, each above the name of its class: pixels as they were before
// they were normalised. Of images with neither one channel nor three the first channel is drawn, as grey.
Picture batch_picture(const Batch& batch, const ImageSet& set, const Normalisation& normalisation,
                      int64_t most = 8);

}  // namespace eca
