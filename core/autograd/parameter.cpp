#include "core/autograd/parameter.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "core/base/random.hpp"

namespace eca {

void initialise(Parameter& parameter, uint64_t seed) {
  const int64_t n = parameter.value.numel();
  std::vector<real> values(static_cast<size_t>(n));
  real* data = values.data();
  Random random(seed, Purpose::init, 0, name_hash(parameter.name));
  switch (parameter.init.kind) {
    case Init::Kind::constant:
      std::fill_n(data, n, static_cast<real>(parameter.init.value));
      break;
    case Init::Kind::normal:
      for (int64_t i = 0; i < n; ++i) data[i] = static_cast<real>(parameter.init.value * random.normal());
      break;
    case Init::Kind::uniform:
      for (int64_t i = 0; i < n; ++i) {
        data[i] = static_cast<real>(random.uniform(-parameter.init.value, parameter.init.value));
      }
      break;
    case Init::Kind::permutation:  // Fisher-Yates
      std::iota(data, data + n, real{0});
      for (int64_t i = n - 1; i > 0; --i) {
        std::swap(data[i], data[random.below(static_cast<uint64_t>(i) + 1)]);
      }
      break;
  }
  parameter.value.assign(values);
}

}  // namespace eca
