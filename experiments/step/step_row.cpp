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

std::string words(const std::string& name, const Shape& shape, const ValueRange& values) {
  return format("%s %s min %.9g max %.9g norm %.9g not_finite %lld", name.c_str(), extents(shape).c_str(),
                values.min, values.max, values.norm, static_cast<long long>(values.not_finite));
}

std::string gradient_words(const InputGradient& gradient) {
  return words(gradient.name, gradient.shape, gradient.values);
}

std::string saved_name(const SavedTensor& saved) {
  return saved.role + (saved.name.empty() ? "" : " = " + saved.name);
}

std::string saved_words(const SavedTensor& saved) {
  if (!saved.stored) return saved_name(saved) + " " + extents(saved.shape) + " not stored";
  return words(saved_name(saved), saved.shape, saved.values);
}

std::string screen_line(const std::string& name, const Shape& shape, const std::string& values) {
  return format("  %-36s %-18s %s\n", name.c_str(), shape.str().c_str(), values.c_str());
}

}  // namespace

bool has_not_finite(const StepRow& row) {
  return row.dy.not_finite > 0 || std::ranges::any_of(row.gradients, [](const InputGradient& gradient) {
           return gradient.values.not_finite > 0;
         });
}

std::string csv_head() {
  return "seq,node,scope,output,dy_min,dy_max,dy_norm,dy_not_finite,saved_bytes,freed_bytes,live_bytes,"
         "gradients,saved\n";
}

std::string csv_line(const StepRow& row) {
  std::vector<std::string> gradients, saved;
  for (const InputGradient& gradient : row.gradients) gradients.push_back(gradient_words(gradient));
  for (const SavedTensor& tensor : row.saved) saved.push_back(saved_words(tensor));
  return format("%lld,%s,%s,%s,%s,%lld,%lld,%lld,%s,%s\n", static_cast<long long>(row.seq), row.node.c_str(),
                row.scope.c_str(), extents(row.output).c_str(),
                row.reached ? range_columns(row.dy).c_str() : ",,,", static_cast<long long>(row.saved_bytes),
                static_cast<long long>(row.freed_bytes), static_cast<long long>(row.live_bytes),
                join(gradients, "; ").c_str(), join(saved, "; ").c_str());
}

std::string screen_text(const StepRow& row) {
  std::string text = format("#%lld %s%s%s\n", static_cast<long long>(row.seq), row.node.c_str(),
                            row.scope.empty() ? "" : " in ", row.scope.c_str());
  if (row.reached) {
    text += screen_line("d " + row.y, row.output, range_text(row.dy));
  } else {
    text += "  nothing leads from here to the loss: backward was not called\n";
  }
  for (const InputGradient& gradient : row.gradients)
    text += screen_line("d " + gradient.name, gradient.shape, range_text(gradient.values));
  for (const SavedTensor& saved : row.saved) {
    text += screen_line("saved " + saved_name(saved), saved.shape,
                        saved.stored ? range_text(saved.values) : "not stored");
  }
  return text + format("  saved %lld bytes, freed %lld, live %lld\n", static_cast<long long>(row.saved_bytes),
                       static_cast<long long>(row.freed_bytes), static_cast<long long>(row.live_bytes));
}

}  // namespace eca
