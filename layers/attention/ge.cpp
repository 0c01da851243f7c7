// Gather-excite without weights, GE-theta-minus.
//   y            = means of windows (2e-1) x (2e-1), e apart, of the pixels inside the image       gather
//   out[n,h,w,c] = x[n,h,w,c] * sigmoid(y[n,i,j,c])        (i,j) the nearest window to (h,w)        excite
// x,out (N,H,W,C), e the extent. With a global extent y is one mean a channel, and this is SE-Var1.
// Source: Hu et al., arXiv 1810.12348v3, section 3.1; windows as in timm's GatherExcite.
#include <string>

#include "core/base/error.hpp"
#include "core/ops/elementwise.hpp"
#include "layers/activations.hpp"
#include "layers/attention/attention_kind.hpp"
#include "layers/attention/ops/upsample_nearest.hpp"
#include "layers/pooling.hpp"
#include "layers/scale_channels.hpp"

namespace eca {

// Extent 0: the whole image.
class GatherExcite : public Module {
 public:
  explicit GatherExcite(int64_t extent) : extent_(extent) {}

  Tensor forward(const Tensor& x) override {
    if (extent_ == 0) return scale_channels(x, sigmoid(global_average_pool(x)));
    const Tensor y = average_pool2d(
        x, {.kernel = 2 * extent_ - 1, .stride = extent_, .padding = extent_ - 1, .count_padding = false});
    return mul(x, upsample_nearest(sigmoid(y), x.dim(1), x.dim(2)));
  }

 private:
  int64_t extent_;
};

static std::unique_ptr<Module> make_ge(AttentionOptions& options, int64_t) {
  if (options.word("extent") == "global") return std::make_unique<GatherExcite>(0);
  const int64_t extent = options.integer("extent");
  if (extent < 1) throw Error("ge: extent = " + std::to_string(extent) + ", expected global or at least 1");
  return std::make_unique<GatherExcite>(extent);
}

AttentionKind ge_kind() {
  return {.name = "ge",
          .description = "gather-excite without weights, arXiv 1810.12348",
          .options = {{"extent", "N|global", "global", "windows of 2N-1 pixels, N apart"}},
          .make = make_ge};
}

}  // namespace eca
