#include "experiments/stat/tape_text.hpp"

#include <functional>
#include <sstream>

#include "core/autograd/tape.hpp"

namespace eca {

static std::string recorded(const Subject& given,
                            const std::function<void(const Tape&, std::ostream&)>& dump) {
  const Subject subject = with_default_input(given);
  const auto network = network_of(subject);
  network->initialise(/*seed=*/1);
  network->train();
  // Two images: the fewest for which every batch norm has several values to a channel.
  Tensor x = Tensor::zeros({2, subject.height, subject.width, subject.channels});
  x.set_name("input").set_requires_grad(
      subject.block);  // in a network the input is a map that wants its gradient
  Tape tape;
  (*network)(x);
  std::ostringstream out;
  dump(tape, out);
  return out.str();
}

std::string tape_text(const Subject& subject) { return recorded(subject, dump_tape); }

std::string tape_graph(const Subject& subject, const std::string& module) {
  return recorded(subject, [&](const Tape& tape, std::ostream& out) { dump_dot(tape, out, module); });
}

}  // namespace eca
