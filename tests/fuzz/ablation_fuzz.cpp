#include "experiments/ablation/ablation_config.hpp"
#include "tests/fuzz/reader.hpp"

void eca::fuzz::read_ablation(Bytes bytes) {
  const Ablation ablation = parse_ablation(std::string(bytes.begin(), bytes.end()), "fuzz");
  runs_of(ablation, "out", "runs");
}
