#include "experiments/step/step_row.hpp"

#include <algorithm>

#include "core/base/text.hpp"
#include "experiments/common/format.hpp"

namespace eca {

namespace {

// "8x16x16x3"; of a scalar "1".
std::string extents(const Shape& shape) {
  std::vector<std::string> words;
  for (const int64_t extent : shape.extents()) words.push_back(std::to_string(extent));
  return words.empty() ? "1" : join(words, "x");
}

std::string range_text(const ValueRange& range) {
  const std::string bad =
      range.not_finite > 0 ? format("  NOT FINITE %lld", static_cast<long long>(range.not_finite)) : "";
  return format("min %-12.6g max %-12.6g norm %.6g", range.min, range.max, range.norm) + bad;
}

std::string range_columns(const ValueRange& range) {
  return format("%.9g,%.9g,%.9g,%lld", range.min, range.max, range.norm,
                static_cast<long long>(range.not_finite));
}

std::string gradient_words(const InputGradient& gradient) {
  const ValueRange& values = gradient.values;
  return format("%s %s min %.9g max %.9g norm %.9g not_finite %lld", gradient.name.c_str(),
                extents(gradient.shape).c_str(), values.min, values.max, values.norm,
                static_cast<long long>(values.not_finite));
}

std::string screen_line(const std::string& name, const Shape& shape, const ValueRange& values) {
  return format("  d %-28s %-18s %s\n", name.c_str(), shape.str().c_str(), range_text(values).c_str());
}

}  // namespace

bool has_not_finite(const StepRow& row) {
  return row.dy.not_finite > 0 || std::ranges::any_of(row.gradients, [](const InputGradient& gradient) {
           return gradient.values.not_finite > 0;
         });
}

std::string csv_head() {
  return "seq,node,scope,output,dy_min,dy_max,dy_norm,dy_not_finite,saved_bytes,freed_bytes,live_bytes,"
         "gradients\n";
}

std::string csv_line(const StepRow& row) {
  std::vector<std::string> gradients;
  for (const InputGradient& gradient : row.gradients) gradients.push_back(gradient_words(gradient));
  return format("%lld,%s,%s,%s,%s,%lld,%lld,%lld,%s\n", static_cast<long long>(row.seq), row.node.c_str(),
                row.scope.c_str(), extents(row.output).c_str(),
                row.reached ? range_columns(row.dy).c_str() : ",,,", static_cast<long long>(row.saved_bytes),
                static_cast<long long>(row.freed_bytes), static_cast<long long>(row.live_bytes),
                join(gradients, "; ").c_str());
}

std::string screen_text(const StepRow& row) {
  std::string text = format("#%lld %s%s%s\n", static_cast<long long>(row.seq), row.node.c_str(),
                            row.scope.empty() ? "" : " in ", row.scope.c_str());
  if (row.reached) {
    text += screen_line(row.y, row.output, row.dy);
  } else {
    text += "  nothing leads from here to the loss: backward was not called\n";
  }
  for (const InputGradient& gradient : row.gradients)
    text += screen_line(gradient.name, gradient.shape, gradient.values);
  return text + format("  saved %lld bytes, freed %lld, live %lld\n", static_cast<long long>(row.saved_bytes),
                       static_cast<long long>(row.freed_bytes), static_cast<long long>(row.live_bytes));
}

}  // namespace eca
