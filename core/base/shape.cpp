#include "core/base/shape.hpp"

#include "core/base/error.hpp"

namespace eca {

Shape::Shape(std::initializer_list<int64_t> extents) { assign(extents.begin(), extents.size()); }

Shape::Shape(const std::vector<int64_t>& extents) { assign(extents.data(), extents.size()); }

void Shape::assign(const int64_t* extents, size_t rank) {
  if (rank > kMaxRank) {
    throw Error("shape: rank " + std::to_string(rank) + ", expected at most " + std::to_string(kMaxRank));
  }
  rank_ = static_cast<int>(rank);
  for (int i = 0; i < rank_; ++i) {
    if (extents[i] < 0)
      throw Error("shape: extent " + std::to_string(extents[i]) + " of axis " + std::to_string(i));
    extents_[i] = extents[i];
  }
}

int64_t Shape::dim(int i) const {
  const int axis = i < 0 ? i + rank_ : i;
  if (axis < 0 || axis >= rank_) throw Error("shape: no axis " + std::to_string(i) + " in " + str());
  return extents_[axis];
}

int64_t Shape::numel() const {
  int64_t n = 1;
  for (int i = 0; i < rank_; ++i) n *= extents_[i];
  return n;
}

std::string Shape::str() const {
  std::string text = "(";
  for (int i = 0; i < rank_; ++i) {
    if (i > 0) text += ",";
    text += std::to_string(extents_[i]);
  }
  return text + ")";
}

bool operator==(const Shape& a, const Shape& b) {
  if (a.rank_ != b.rank_) return false;
  for (int i = 0; i < a.rank_; ++i) {
    if (a.extents_[i] != b.extents_[i]) return false;
  }
  return true;
}

}  // namespace eca
