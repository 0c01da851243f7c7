// Exercise 4. A gradient check that bites. Given an op and the backward that claims to belong to it,
// return the largest difference, over all i, between the claimed dx[i] and the central difference
//   (L(x + h e_i) - L(x - h e_i)) / 2h        L(x) = sum_j dy[j] op(x)[j].
// Choose h, and choose dy yourself, with care: the test brings backwards that are wrong in ways which
// the obvious dy does not see.
#pragma once

#include <vector>

using Vector = std::vector<double>;
using Op = Vector (*)(const Vector& x);
using Backward = Vector (*)(const Vector& x, const Vector& dy);

double gradient_error(Op op, Backward backward, const Vector& x);
