#include "experiments/tensorboard/gate_log.hpp"

#include <algorithm>
#include <cmath>

#include "data/batch_tensor.hpp"
#include "data/loader.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

GateStatistics statistics_of(const std::vector<double>& values) {
  if (values.empty()) return {};
  const auto n = static_cast<double>(values.size());
  GateStatistics s = {.min = values[0], .max = values[0]};
  for (const double value : values) {
    s.mean += value / n;
    s.min = std::min(s.min, value);
    s.max = std::max(s.max, value);
  }
  for (const double value : values) s.deviation += (value - s.mean) * (value - s.mean) / n;
  s.deviation = std::sqrt(s.deviation);
  return s;
}

std::vector<GateTable> gates_of_first(Module& network, const ImageSet& set,
                                      const Normalisation& normalisation, int64_t most, int64_t at_once) {
  const bool was_training = network.training();
  network.eval();
  const PlainOps plain;  // fused blocks have no gates on the tape
  Loader loader(set, normalisation, {.batch_size = std::min(at_once, set.size()), .prefetch = 0});
  loader.start_epoch(0);
  std::vector<GateTable> tables;
  int64_t images = 0;
  for (Batch batch; images + at_once <= most && loader.next(batch); images += batch.size) {
    Tensor x = batch_tensor(batch, set);
    x.set_requires_grad();  // so that ops are recorded whose weights are frozen
    Tape tape;
    tape.keep_values(true);
    network(x);
    const std::vector<Gate> gates = gates_on(tape);
    if (gates.empty()) break;
    add_gates(tables, gates);
  }
  end_gates(tables);
  network.train(was_training);
  return tables;
}

}  // namespace eca
