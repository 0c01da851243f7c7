#include "docs/book/exercises/08_winograd/task.hpp"

//   m_0 = (d_0 - d_2) g_0
//   m_1 = (d_1 + d_2) (g_0 + g_1 + g_2)/2
//   m_2 = (d_2 - d_1) (g_0 - g_1 + g_2)/2
//   m_3 = (d_1 - d_3) g_2
//   y_0 = m_0 + m_1 + m_2
//   y_1 = m_1 - m_2 - m_3
std::array<Number, 2> filter(const std::array<Number, 4>& d, const std::array<Number, 3>& g) {
  const Number ends = half(g[0] + g[2]), middle = half(g[1]);
  const Number m0 = (d[0] - d[2]) * g[0];
  const Number m1 = (d[1] + d[2]) * (ends + middle);
  const Number m2 = (d[2] - d[1]) * (ends - middle);
  const Number m3 = (d[1] - d[3]) * g[2];
  return {m0 + m1 + m2, m1 - m2 - m3};
}
