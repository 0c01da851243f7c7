#include <iomanip>
#include <ostream>

#include "core/autograd/tape.hpp"

namespace eca {

void dump_tape(const Tape& tape, std::ostream& out) {
  out << std::left << std::setw(6) << "seq" << std::setw(28) << "node" << std::setw(24) << "scope"
      << std::setw(20) << "output"
      << "saved bytes\n";
  for (size_t i = 0; i < tape.size(); ++i) {
    const Node& node = tape.node(i);
    out << std::left << std::setw(6) << node.seq() << std::setw(28) << node.name() << std::setw(24)
        << node.scope() << std::setw(20) << node.output()->shape.str() << node.saved_bytes() << '\n';
  }
}

}  // namespace eca
