// Random changes of an image's colours.
//   jitter:    in a random order
//                brightness  x = f x
//                contrast    x = f x + (1 - f) m      m the mean over the image of its grey
//                saturation  x = f x + (1 - f) g      g the grey of the same pixel, 0.299 r + 0.587 g + 0.114 b
//              each f uniform in [1 - s, 1 + s], each result cut off at 0 and 1; as torchvision's ColorJitter without hue
//   lighting:  x += sum_k a_k l_k v_k, the same for every pixel; v_k, l_k the eigenvectors and eigenvalues of the colours of
//              ImageNet's pixels, a_k normal with deviation s. Source: Krizhevsky et al., NIPS 2012, section 4.1; the figures
//              are those of facebook/fb.resnet.torch.
#pragma once

#include <array>

#include "core/base/random.hpp"
#include "core/base/real.hpp"

namespace eca {

struct ColourChange {
  std::array<int, 3> order{};       // of brightness 0, contrast 1, saturation 2
  std::array<double, 3> factors{};  // f of each of them
  std::array<double, 3> shift{};    // what lighting adds to r, g, b
};

// jitter, lighting: s of each. Draws the same numbers of the stream whatever they are.
ColourChange draw_colour_change(double jitter, double lighting, Random& random);

void apply_jitter(const ColourChange& change, real* values, int64_t pixels,
                  int64_t C);  // (pixels,C), 0 to 1; C = 1 or 3
void apply_lighting(const ColourChange& change, real* values, int64_t pixels);  // (pixels,3)

}  // namespace eca
