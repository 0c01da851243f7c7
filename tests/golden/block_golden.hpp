// A residual block of a golden file: forward and backward in training, running statistics.
#pragma once

#include <functional>
#include <memory>

#include "tests/golden/golden.hpp"

namespace eca::test {

// Runs every case of tests/golden/<kind>.safetensors, in both kernel modes, on the block that `make` returns for it.
void check_block_golden(const std::string& kind,
                        const std::function<std::unique_ptr<Module>(const GoldenCase&)>& make);

}  // namespace eca::test
