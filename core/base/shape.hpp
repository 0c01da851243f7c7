// Shape: the extents of a tensor, outermost axis first. Activations are (N,H,W,C), convolution weights
// (KH,KW,I,O), linear weights (I,O), always contiguous.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace eca {

class Shape {
 public:
  static constexpr int kMaxRank = 6;

  Shape() = default;  // rank 0: a scalar, numel() == 1
  // Throws Error if rank > kMaxRank or an extent is negative.
  Shape(std::initializer_list<int64_t> extents);
  explicit Shape(const std::vector<int64_t>& extents);

  int rank() const { return rank_; }
  // Extent of axis i; negative i counts from the end, as in dim(-1) for channels. Throws Error out of range.
  int64_t dim(int i) const;
  int64_t numel() const;
  std::vector<int64_t> extents() const { return {extents_, extents_ + rank_}; }

  // "(128,32,32,16)"
  std::string str() const;

  friend bool operator==(const Shape& a, const Shape& b);

 private:
  void assign(const int64_t* extents, size_t rank);

  int rank_ = 0;
  int64_t extents_[kMaxRank] = {};
};

}  // namespace eca
