#include "tests/golden/block_golden.hpp"

#include "core/autograd/tape.hpp"
#include "tests/catch.hpp"
#include "tests/counters.hpp"
#include "tests/settings.hpp"

namespace eca::test {

static void check_case(const Golden& golden, const GoldenCase& c, Module& block) {
  block.initialise(1);
  load_golden(block, golden.file(), c.name() + ".");
  Tensor x = c.images("x").set_requires_grad();
  Tape tape;
  const Tensor y = block(x);
  check_golden("y", y, c.images("y"));
  for (const Parameter* buffer : block.buffers()) {
    if (buffer->layout == FileLayout::counter) continue;
    check_golden(buffer->name, buffer->value, c.same("after." + buffer->name));
  }
  tape.backward(y, c.images("dy"));
  check_golden("dx", x.grad(), c.images("dx"));
  for (const Parameter* parameter : block.parameters()) {
    check_golden("d " + parameter->name, in_file_order(*parameter, parameter->value.grad()),
                 c.same("d." + parameter->name));
  }
  ++counters.goldens;
}

void check_block_golden(const std::string& kind,
                        const std::function<std::unique_ptr<Module>(const GoldenCase&)>& make) {
  const SettingsRestored restored;
  const Golden golden(kind);
  CHECK(!golden.cases().empty());
  for (const KernelMode mode : kernel_modes()) {
    set_kernel_mode(mode);
    for (const GoldenCase& c : golden.cases()) {
      CAPTURE(c.name(), to_string(mode));
      check_case(golden, c, *make(c));
    }
  }
}

}  // namespace eca::test
