// From a value that says which linear maps to the type that holds them.
#pragma once

#include "core/kernels/winograd/winograd.hpp"
#include "core/kernels/winograd/winograd_strided.hpp"
#include "core/kernels/winograd/winograd_tiles.hpp"

namespace eca::kernels {

// f.template operator()<Maps>(), the maps those of numbers of type T.
template <class T, class Function>
auto with_maps(WinogradMaps maps, Function f) {
  switch (maps) {
    case WinogradMaps::stride2:
      return f.template operator()<WinogradStride2<T>>();
    case WinogradMaps::stride2_dx:
      return f.template operator()<WinogradStride2Dx<T>>();
    default:
      return f.template operator()<WinogradStride1<T>>();
  }
}

// The same of a convolution's own maps, which have a gradient for the weights: not those of stride2_dx.
template <class T, class Function>
auto with_gradient_maps(WinogradMaps maps, Function f) {
  if (maps == WinogradMaps::stride2) return f.template operator()<WinogradStride2<T>>();
  return f.template operator()<WinogradStride1<T>>();
}

}  // namespace eca::kernels
