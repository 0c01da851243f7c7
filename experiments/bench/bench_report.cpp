#include "experiments/bench/bench_report.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "core/base/kernel_mode.hpp"
#include "core/base/real.hpp"
#include "core/cuda/device.hpp"
#include "core/kernels/conv2d/conv2d_explain.hpp"
#include "core/parallel/ranks.hpp"
#include "core/parallel/threads.hpp"
#include "experiments/common/environment.hpp"
#include "experiments/common/format.hpp"

namespace eca {

namespace {

// Plain, fused with its neighbours, or with batch norm folded into it.
bool is_convolution(const std::string& op) {
  return op == "Conv2d" || op == "FusedConv2d" || op == "FoldedConv2d";
}

constexpr double kMs = 1e3, kMiB = 1 << 20, kGiga = 1e9;

double sum_of(const std::vector<Span>& spans, const std::function<bool(const Span&)>& chosen) {
  double seconds = 0;
  for (const Span& span : spans) {
    if (chosen(span)) seconds += span.seconds;
  }
  return seconds;
}

double total(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum;
}

// Of the steps by op.
double mean_ms(const BenchSteps& steps) {
  return kMs * total(steps.profiled_seconds) / static_cast<double>(steps.profiled_seconds.size());
}

// Of the chosen spans, in the mean step.
double ms(const BenchSteps& steps, const std::function<bool(const Span&)>& chosen) {
  return kMs * sum_of(steps.spans, chosen) / static_cast<double>(steps.profiled_seconds.size());
}

double phase_ms(const BenchSteps& steps, const std::string& phase) {
  return ms(steps, [&](const Span& span) { return phase_of(span) == phase; });
}

// Between the laps of a step and its end: freeing what it held.
double rest_ms(const BenchSteps& steps) {
  return mean_ms(steps) - ms(steps, [](const Span&) { return true; });
}

double images_per_second(const BenchConfig& config, const BenchSteps& steps) {
  return static_cast<double>(config.batch_size) / quantile(steps.seconds, 0.5);
}

struct LayerRow {
  std::string scope;
  std::string what;                                                 // "conv 3x3 16 -> 16, 32x32", "BatchNorm"
  double forward = 0, dx = 0, dw = 0, backward = 0, inference = 0;  // ms; backward: dx and dw included
  const kernels::Conv2dShape* conv = nullptr;
  double training() const { return forward + backward; }
};

std::string shape_text(const kernels::Conv2dShape& s) {
  return format("conv %lldx%lld %lld -> %lld, %lldx%lld%s", static_cast<long long>(s.KH),
                static_cast<long long>(s.KW), static_cast<long long>(s.I), static_cast<long long>(s.O),
                static_cast<long long>(s.H), static_cast<long long>(s.W),
                s.stride == 1 ? "" : format(" /%lld", static_cast<long long>(s.stride)).c_str());
}

// One row for each module that runs ops of its own, in the order of their first forward.
std::vector<LayerRow> layer_rows(const BenchResult& result) {
  std::vector<LayerRow> rows;
  std::map<std::string, size_t> index;
  const auto row_of = [&](const Span& span) -> LayerRow& {
    const auto [place, is_new] = index.try_emplace(span.scope, rows.size());
    if (is_new) rows.push_back({.scope = span.scope});
    return rows[place->second];
  };
  const double training_steps = static_cast<double>(result.training.profiled_seconds.size()) / kMs;
  for (const Span& span : result.training.spans) {
    LayerRow& row = row_of(span);
    const double time = span.seconds / training_steps;
    if (span.part == "dx") row.dx += time;
    if (span.part == "dw") row.dw += time;
    const bool is_forward = span.part == "forward" || span.part == "step";
    (is_forward ? row.forward : row.backward) += time;
    if (is_forward && row.what.find(span.op) == std::string::npos) {
      row.what += (row.what.empty() ? "" : ", ") + span.op;
    }
  }
  for (const Span& span : result.inference.spans) {
    row_of(span).inference +=
        kMs * span.seconds / static_cast<double>(result.inference.profiled_seconds.size());
  }
  for (const ConvLayer& layer : result.convolutions) {
    const auto found = index.find(layer.scope);
    if (found == index.end() || !is_convolution(rows[found->second].what)) continue;
    rows[found->second].conv = &layer.shape;
    rows[found->second].what = shape_text(layer.shape);
  }
  return rows;
}

// Of a convolution that took so many ms; 0 where it was not run.
double gflops(const LayerRow& row, double time) {
  return time > 0 ? flops(*row.conv) / kGiga / (time / kMs) : 0;
}

std::string rate_text(const LayerRow& row, double time) {
  return time > 0 ? format("%7.0f", gflops(row, time)) : format("%7s", "-");
}

std::string speed_line(const char* name, const BenchConfig& config, const BenchSteps& steps) {
  const auto at = [&](double q) { return kMs * quantile(steps.seconds, q); };
  return format(
      "%-10s %7.0f img/s   %8.2f ms a step, median of %zu; the middle half %.2f to %.2f; peak memory %.0f "
      "MiB\n",
      name, images_per_second(config, steps), at(0.5), steps.seconds.size(), at(0.25), at(0.75),
      static_cast<double>(steps.peak_memory) / kMiB);
}

// What rank 0 has had to do with the others in a training step, and the part of the step that it did not wait.
struct RankShare {
  double messages, mebibytes, waited_ms, efficiency;
};

RankShare rank_share(const BenchSteps& steps) {
  const auto count = static_cast<double>(steps.profiled_seconds.size());
  const double waited = kMs * steps.traffic.seconds_waited / count;
  return {.messages = static_cast<double>(steps.traffic.messages) / count,
          .mebibytes = static_cast<double>(steps.traffic.bytes_sent) / kMiB / count,
          .waited_ms = waited,
          .efficiency = 1 - waited / mean_ms(steps)};
}

std::string rank_line(const BenchSteps& steps) {
  if (ranks() == 1) return "";
  const RankShare share = rank_share(steps);
  return format(
      "%d processes: each sends %.0f messages, %.2f MiB, and waits %.2f ms a training step: efficiency %.0f "
      "%%; "
      "memory and layers are those of one\n",
      ranks(), share.messages, share.mebibytes, share.waited_ms, 100 * share.efficiency);
}

std::string phase_table(const BenchResult& result) {
  const double training = mean_ms(result.training), inference = mean_ms(result.inference);
  std::string text = format("%-22s %18s %18s\n", "phase, ms a step", "training", "inference");
  const auto line = [&](const std::string& name, double t, double i) {
    text += format("%-22s %10.2f %5.1f %% %10.2f %5.1f %%\n", name.c_str(), t, 100 * t / training, i,
                   100 * i / inference);
  };
  for (const std::string& phase : phases()) {
    line(phase, phase_ms(result.training, phase), phase_ms(result.inference, phase));
  }
  line("the rest", rest_ms(result.training), rest_ms(result.inference));
  line("total (mean step)", training, inference);
  return text;
}

bool belongs(const Span& span, const std::string& op, bool is_forward) {
  return span.op == op && (span.part == "forward" || span.part == "step") == is_forward;
}

// Bytes a second, in giga, of those that the op has to read and write.
std::string bandwidth_text(const BenchSteps& steps, const std::string& op, bool is_forward) {
  double bytes = 0, seconds = 0;
  for (const Span& span : steps.spans) {
    if (!belongs(span, op, is_forward)) continue;
    bytes += static_cast<double>(span.numbers) * sizeof(real);
    seconds += span.seconds;
  }
  return seconds > 0 && bytes > 0 ? format("%.0f", bytes / seconds / kGiga) : "-";
}

std::string op_table(const BenchResult& result) {
  std::vector<std::string> ops;
  for (const Span& span : result.training.spans) {
    if (std::find(ops.begin(), ops.end(), span.op) == ops.end()) ops.push_back(span.op);
  }
  const auto time = [&](const BenchSteps& steps, const std::string& op, bool is_forward) {
    return ms(steps, [&](const Span& span) { return belongs(span, op, is_forward); });
  };
  std::stable_sort(ops.begin(), ops.end(), [&](const std::string& a, const std::string& b) {
    return time(result.training, a, true) + time(result.training, a, false) >
           time(result.training, b, true) + time(result.training, b, false);
  });
  std::string text = format("%-22s %10s %10s %10s %23s\n", "op, ms a step", "forward", "backward",
                            "inference", "GB/s forward, backward");
  for (const std::string& op : ops) {
    text += format("%-22s %10.2f %10.2f %10.2f %13s %9s\n", op.c_str(), time(result.training, op, true),
                   time(result.training, op, false), time(result.inference, op, true),
                   bandwidth_text(result.training, op, true).c_str(),
                   bandwidth_text(result.training, op, false).c_str());
  }
  return text;
}

std::string layer_line(const LayerRow& row, double step, double peak) {
  std::string text =
      format("%-22s %-28s %8.2f %5.1f %% %8.2f %8.2f", row.scope.empty() ? "(network)" : row.scope.c_str(),
             row.what.c_str(), row.training(), 100 * row.training() / step, row.forward, row.backward);
  if (row.conv == nullptr) return text + "\n";
  const double passes = 1 + (row.dx > 0) + (row.dw > 0), time = row.forward + row.dx + row.dw;
  const double share = passes * flops(*row.conv) / (time / kMs) / peak;
  return text + rate_text(row, row.forward) + rate_text(row, row.dx) + rate_text(row, row.dw) +
         format(" %5.0f %%\n", 100 * share);
}

std::string layer_table(const BenchResult& result, size_t shown) {
  std::vector<LayerRow> rows = layer_rows(result);
  if (shown > 0) {
    std::stable_sort(rows.begin(), rows.end(),
                     [](const LayerRow& a, const LayerRow& b) { return a.training() > b.training(); });
  }
  const double step = mean_ms(result.training);
  std::string text = format("%-22s %-28s %16s %8s %8s %21s %7s\n", "module", "training, ms a step", "",
                            "forward", "backward", "GFLOP/s fwd, dx, dw", "of peak");
  LayerRow others;
  size_t more = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (shown == 0 || i < shown) {
      text += layer_line(rows[i], step, result.gemm_peak);
    } else {
      others.forward += rows[i].forward;
      others.backward += rows[i].backward;
      ++more;
    }
  }
  if (more > 0) {
    others.scope = format("%zu others", more);
    others.what = "(--layers all)";
    text += layer_line(others, step, result.gemm_peak);
  }
  LayerRow rest{.scope = "the rest", .forward = rest_ms(result.training)};
  LayerRow all{.scope = "total (mean step)"};
  for (const LayerRow& row : rows) {
    all.forward += row.forward;
    all.backward += row.backward;
  }
  all.forward += rest.forward;
  return text + layer_line(rest, step, result.gemm_peak) + layer_line(all, step, result.gemm_peak);
}

nlohmann::json steps_json(const BenchConfig& config, const BenchSteps& steps) {
  nlohmann::json json;
  json["images_per_second"] = images_per_second(config, steps);
  json["steps"] = steps.seconds.size();
  for (const auto& [name, q] : {std::pair{"lowest", 0.0},
                                {"quarter", 0.25},
                                {"median", 0.5},
                                {"three_quarters", 0.75},
                                {"highest", 1.0}}) {
    json["step_ms"][name] = kMs * quantile(steps.seconds, q);
  }
  json["step_ms"]["mean"] = kMs * total(steps.seconds) / static_cast<double>(steps.seconds.size());
  json["step_by_op_ms"] = mean_ms(steps);
  for (const double seconds : steps.seconds) json["step_ms"]["each"].push_back(kMs * seconds);
  for (const std::string& phase : phases()) json["phase_ms"][phase] = phase_ms(steps, phase);
  json["peak_memory_mib"] = static_cast<double>(steps.peak_memory) / kMiB;
  return json;
}

nlohmann::json layer_json(const LayerRow& row) {
  nlohmann::json json = {{"layer", row.scope},
                         {"what", row.what},
                         {"forward_ms", row.forward},
                         {"backward_ms", row.backward},
                         {"inference_ms", row.inference}};
  if (row.conv == nullptr) return json;
  json["dx_ms"] = row.dx;
  json["dw_ms"] = row.dw;
  json["gflop"] = flops(*row.conv) / kGiga;
  json["gflops"] = {{"forward", gflops(row, row.forward)},
                    {"dx", gflops(row, row.dx)},
                    {"dw", gflops(row, row.dw)},
                    {"inference", gflops(row, row.inference)}};
  if (kernel_mode() == KernelMode::cuda) return json;  // has paths of its own
  json["kernel"] = {{"forward", to_string(kernels::conv2d_forward_path(*row.conv))},
                    {"dx", to_string(kernels::conv2d_dx_path(*row.conv))},
                    {"dw", to_string(kernels::conv2d_dw_path(*row.conv))}};
  return json;
}

}  // namespace

std::vector<std::string> phases() {
  return {"convolution forward",  "convolution dx", "convolution dw", "elementwise forward",
          "elementwise backward", "linear",         "loss",           "optimiser"};
}

std::string phase_of(const Span& span) {
  if (is_convolution(span.op))
    return "convolution " + (span.part == "backward" ? "dw" : span.part);  // the bias's gradient
  if (span.op == "Linear" || span.op == "Matmul") return "linear";
  if (span.op == "CrossEntropy") return "loss";
  if (span.op == "Sgd") return "optimiser";
  return "elementwise " + span.part;
}

// Who computes, and what it reaches at most.
static std::string machine_line(const BenchResult& result) {
  const std::string limits =
      format("large matrix products reach %.0f GFLOP/s, sums of large arrays %.0f GB/s",
             result.gemm_peak / kGiga, result.memory_bandwidth / kGiga);
  const std::string before =
      format("memory before there is a network %.0f MiB", static_cast<double>(result.memory_before) / kMiB);
  if (kernel_mode() == KernelMode::cuda) {
    return cuda::description() + (tf32() ? ", TF32" : "") + ": " + limits + "; " + before +
           "\nBelow, ops are asked for one by one; the steps above are recorded once and replayed.\n\n";
  }
  return format("%d thread%s: ", threads(), threads() == 1 ? "" : "s") + limits + "; " + before + "\n\n";
}

std::string bench_tables(const BenchConfig& config, const BenchResult& result, size_t layers) {
  return speed_line("training", config, result.training) + speed_line("inference", config, result.inference) +
         rank_line(result.training) + machine_line(result) + phase_table(result) + "\n" + op_table(result) +
         "\n" + layer_table(result, layers) +
         "\nGFLOP/s count a convolution as its formula has it; Winograd does with fewer, and can pass the "
         "peak. GB/s count the arrays that an op has to read and write, each once.\n";
}

std::string bench_json(const BenchConfig& config, const BenchResult& result) {
  nlohmann::json json = {{"program", "ecagrad"},
                         {"model", config.model.name},
                         {"attention", resolved_attention(config.model)},
                         {"parameters", result.parameters},
                         {"batch_size", config.batch_size},
                         {"image_size", config.image_size},
                         {"threads", threads()},
                         {"kernels", to_string(kernel_mode())},
                         {"tf32", tf32()},
                         {"environment", environment_line()},
                         {"memory_before_mib", static_cast<double>(result.memory_before) / kMiB},
                         {"gemm_peak_gflops", result.gemm_peak / kGiga},
                         {"memory_gb_per_s", result.memory_bandwidth / kGiga},
                         {"training", steps_json(config, result.training)},
                         {"inference", steps_json(config, result.inference)}};
  if (kernel_mode() == KernelMode::cuda) json["gpu"] = cuda::description();
  if (ranks() > 1) {
    const RankShare share = rank_share(result.training);
    json["ranks"] = {{"count", ranks()},
                     {"messages", share.messages},
                     {"mib_sent", share.mebibytes},
                     {"waited_ms", share.waited_ms},
                     {"efficiency", share.efficiency}};
  }
  for (const LayerRow& row : layer_rows(result)) json["layers"].push_back(layer_json(row));
  return json.dump();
}

static bool alike(const kernels::Conv2dShape& a, const kernels::Conv2dShape& b) {
  return a.N == b.N && a.H == b.H && a.W == b.W && a.I == b.I && a.KH == b.KH && a.KW == b.KW && a.O == b.O &&
         a.stride == b.stride && a.padding == b.padding && a.dilation == b.dilation && a.groups == b.groups;
}

std::string explain_convolutions(const std::vector<ConvLayer>& convolutions) {
  std::string text;
  for (size_t i = 0; i < convolutions.size(); ++i) {
    const kernels::Conv2dShape& shape = convolutions[i].shape;
    const auto has_shape = [&](const ConvLayer& layer) { return alike(layer.shape, shape); };
    const auto begin = convolutions.begin(), here = begin + static_cast<int64_t>(i);
    if (std::any_of(begin, here, has_shape)) continue;  // explained already
    const auto others = std::count_if(here + 1, convolutions.end(), has_shape);
    text += shape_text(shape) + ", batch " + std::to_string(shape.N) + ": " + convolutions[i].scope +
            (others > 0 ? " and " + std::to_string(others) + " more" : "") + "\n";
    const auto line = [&](const char* pass, kernels::ConvPath path, const kernels::Conv2dShape& s) {
      text += format("  %-8s %-14s", pass, to_string(path)) + kernels::conv2d_reason(s, path) + "\n";
    };
    line("forward", kernels::conv2d_forward_path(shape), shape);
    const kernels::Conv2dShape dx = kernels::dx_is_a_convolution(shape) ? kernels::turned(shape) : shape;
    line("dx", kernels::conv2d_dx_path(shape), dx);
    line("dw", kernels::conv2d_dw_path(shape), shape);
  }
  if (kernel_mode() == KernelMode::fast) return text;
  return text + "These are the fast kernels; --kernels ref runs plain loops instead, and a GPU its own.\n";
}

}  // namespace eca
