#include <stdexcept>

#include "experiments/training/train_config.hpp"
#include "tests/fuzz/reader.hpp"

// A configuration that is accepted is written as text, and reads back the same.
void eca::fuzz::read_config(Bytes bytes) {
  TrainConfig config;
  read_config_text(config, std::string(bytes.begin(), bytes.end()), "fuzz");
  check_config(config);
  TrainConfig again;
  read_config_text(again, to_text(config), "fuzz again");
  if (to_text(again) != to_text(config))
    throw std::logic_error("a configuration changes when it is written and read");
}
