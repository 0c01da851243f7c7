#include "core/autograd/check.hpp"

#include <algorithm>

#include "core/autograd/tape.hpp"
#include "core/base/scope.hpp"

namespace eca {

static std::string where() {
  std::string text = current_scope().empty() ? "outside any module" : "in " + current_scope();
  if (const Tape* tape = Tape::current())
    text += ", op #" + std::to_string(tape->size()) + " of this forward pass";
  return text;
}

void shape_error(const char* op, const std::string& rule, const std::vector<Operand>& operands) {
  std::vector<std::vector<std::string>> rows;
  for (const Operand& operand : operands) {
    const Tensor& tensor = operand.tensor;
    rows.push_back({operand.role, tensor.defined() ? tensor.shape().str() : "(undefined)", operand.axes,
                    tensor.defined() ? "\"" + tensor.name() + "\"" : "", operand.note});
  }
  std::string text = std::string(op) + ": " + rule + "\n";
  for (const auto& row : rows) {
    std::string line = " ";
    for (size_t column = 0; column < row.size(); ++column) {
      size_t width = 0;
      for (const auto& other : rows) width = std::max(width, other[column].size());
      line += " " + row[column] + std::string(width - row[column].size() + 1, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  throw ShapeError(text + "  " + where());
}

void check_defined(const char* op, const char* role, const Tensor& x) {
  if (!x.defined()) shape_error(op, std::string(role) + " is undefined", {{role, x, ""}});
}

void check_rank(const char* op, const char* role, const Tensor& x, const char* axes) {
  const std::string letters = axes;
  const auto rank = letters.empty() ? 0 : 1 + std::count(letters.begin(), letters.end(), ',');
  if (x.defined() && x.rank() == rank) return;
  const std::string found = x.defined() ? std::to_string(x.rank()) : "none: it is undefined";
  shape_error(op, std::string(role) + " must have " + std::to_string(rank) + " axes, found " + found,
              {{role, x, axes}});
}

void check_shape(const char* op, const char* role, const Tensor& x, const Shape& expected, const char* axes) {
  check_rank(op, role, x, axes);
  if (x.shape() == expected) return;
  shape_error(op, std::string(role) + " must have shape " + expected.str(), {{role, x, axes}});
}

}  // namespace eca
