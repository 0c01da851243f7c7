// SIMD as arithmetic: `vec` is a row of kLanes reals, and + - * / act on all of them. The compilers' vector
// extension, so the same text becomes AVX-512, AVX2, NEON or SSE code.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/base/real.hpp"

namespace eca {

#if defined(__AVX512F__)
inline constexpr int kVectorBytes = 64, kVectorRegisters = 32;
#elif defined(__AVX__)
inline constexpr int kVectorBytes = 32, kVectorRegisters = 16;
#else
inline constexpr int kVectorBytes = 16, kVectorRegisters = 16;
#endif

typedef real vec __attribute__((vector_size(kVectorBytes)));
inline constexpr int64_t kLanes = kVectorBytes / sizeof(real);

// kLanes values from or to any address.
inline vec load(const real* p) {
  vec v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
inline void store(real* p, vec v) { std::memcpy(p, &v, sizeof v); }

// The same for kernels written once for vectors of channels and for the channels left over: T is vec or real.
template <class T>
T load_as(const real* p) {
  T value;
  std::memcpy(&value, p, sizeof value);
  return value;
}
inline void store(real* p, real value) { *p = value; }
template <class T>
inline constexpr int64_t kLanesOf = sizeof(T) / sizeof(real);

// One value in all lanes: `broadcast(x) * v`.
inline vec broadcast(real x) { return x - vec{}; }

}  // namespace eca
