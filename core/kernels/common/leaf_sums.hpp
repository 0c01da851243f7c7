// Sums over the images of a batch: inside each leaf, then over the leaves as a tree. Why: core/parallel/leaves.hpp.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/base/real.hpp"
#include "core/kernels/common/grad_slot.hpp"
#include "core/kernels/common/scratch.hpp"
#include "core/kernels/common/simd.hpp"
#include "core/parallel/leaves.hpp"
#include "core/parallel/task_shares.hpp"
#include "core/parallel/threads.hpp"

namespace eca::kernels {

// The sum over so many neighbouring leaves, from `first` on: of_leaf(k, sums) writes that of leaf k. All are of n numbers; `spare`
// has room for log2(count) more. What a tree is, as a program: for those whose sums are too large to keep one for each leaf.
template <class OfLeaf>
void sum_subtree(real* sums, real* spare, int64_t n, int64_t first, int64_t count, const OfLeaf& of_leaf) {
  if (count == 1) return of_leaf(first, sums);
  sum_subtree(sums, spare, n, first, count / 2, of_leaf);
  sum_subtree(spare, spare + n, n, first + count / 2, count / 2, of_leaf);
  for (int64_t i = 0; i < n; ++i) sums[i] += spare[i];
}
// log2(count): how many sums `spare` holds.
inline int64_t spare_sums(int64_t count) { return count == 1 ? 0 : 1 + spare_sums(count / 2); }

// The root of the tree over L values of type T, real or vec; one every `stride` numbers.
template <int L, class T = real>
T root_of(const real* values, int64_t stride) {
  if constexpr (L == 1) {
    return load_as<T>(values);
  } else {
    return root_of<L / 2, T>(values, stride) + root_of<L / 2, T>(values + L / 2 * stride, stride);
  }
}

// f.template operator()<L>() with L = count, a power of two up to kMostLeaves.
template <class Function>
void with_leaf_count(int64_t count, const Function& f) {
  switch (count) {
    case 1:
      return f.template operator()<1>();
    case 2:
      return f.template operator()<2>();
    case 4:
      return f.template operator()<4>();
    case 8:
      return f.template operator()<8>();
    default:
      return f.template operator()<16>();
  }
}

// sums[j] = root over k < L of values[k*stride + j], for n of them.
template <int L>
void add_roots(GradSlot sums, const real* values, int64_t stride, int64_t n) {
  if (sums.add) {
    for (int64_t j = 0; j < n; ++j) sums.data[j] += root_of<L>(values + j, stride);
  } else {
    for (int64_t j = 0; j < n; ++j) sums.data[j] = root_of<L>(values + j, stride);
  }
}

// sums[j] = tree over k of leaf_sums[k,j]          leaf_sums (count,n)
void add_leaf_sums(GradSlot sums, const real* leaf_sums, int64_t count, int64_t n);

// The sum over N images: of_leaf(images, out) writes that over the images of one leaf, (n) numbers. On several threads; for sums
// so small that there can be one for each leaf.
template <class OfLeaf>
void sum_leaves(GradSlot sums, int64_t n, int64_t N, const OfLeaf& of_leaf) {
  const Leaves leaves(N);
  real* leaf_sums = scratch(Scratch::partials, leaves.count() * n);
  TaskShares shares(leaves.count());
#pragma omp parallel num_threads(shares.threads())
  for (int64_t k; shares.take(k);) of_leaf(leaves.images(k), leaf_sums + k * n);
  add_leaf_sums(sums, leaf_sums, leaves.count(), n);
}

// The same where add_image(i, out) adds what image i gives.
template <class AddImage>
void sum_images(GradSlot sums, int64_t n, int64_t N, const AddImage& add_image) {
  sum_leaves(sums, n, N, [&](PartOfBatch images, real* out) {
    std::fill_n(out, n, real{0});
    for (int64_t i = images.first; i < images.last; ++i) add_image(i, out);
  });
}

// The root over the whole batch, on every rank: n values of type T. of_leaf(images, out) writes those of one leaf, join(a, b) puts
// what two parts give together into a. They stay until the next call.
template <class T, class OfLeaf, class Join>
std::span<const T> join_batch(int64_t n, int64_t N, const OfLeaf& of_leaf, const Join& join) {
  const Leaves leaves(N);
  T* values = scratch_of<T>(Scratch::partials, leaves.count() * n);  // (leaves,n)
#pragma omp parallel for schedule(static) num_threads(threads_for(leaves.count()))
  for (int64_t k = 0; k < leaves.count(); ++k) of_leaf(leaves.images(k), values + k * n);
  for (int64_t half = 1; half < leaves.count(); half *= 2) {
    for (int64_t k = 0; k < leaves.count(); k += 2 * half) {
      for (int64_t i = 0; i < n; ++i) join(values[k * n + i], values[(k + half) * n + i]);
    }
  }
  const std::span root(values, static_cast<size_t>(n));
  join_over_ranks(root, join);
  return root;
}

// The same for sums.
template <class OfLeaf>
std::span<const double> sum_batch(int64_t n, int64_t N, const OfLeaf& of_leaf) {
  return join_batch<double>(n, N, of_leaf, [](double& a, double b) { a += b; });
}

}  // namespace eca::kernels
