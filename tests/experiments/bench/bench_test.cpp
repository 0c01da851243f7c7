#include "experiments/bench/bench.hpp"

#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "experiments/bench/bench_report.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

namespace eca::test {

namespace {

BenchConfig small_bench() {
  return {.model = {.name = "eca_resnet20"}, .batch_size = 2, .image_size = 8, .steps = 3};
}

double sum_of(const nlohmann::json& numbers) {
  double sum = 0;
  for (const auto& number : numbers) sum += number.get<double>();
  return sum;
}

}  // namespace

TEST_CASE("bench: phases and layers add up to the mean step", "[bench]") {
  const BenchResult result = bench(small_bench());
  const nlohmann::json json = nlohmann::json::parse(bench_json(small_bench(), result));
  for (const char* kind : {"training", "inference"}) {
    CAPTURE(kind);
    const double mean = json[kind]["step_ms"]["mean"], phases = sum_of(json[kind]["phase_ms"]);
    CHECK(json[kind]["step_ms"]["each"].size() == 3);
    CHECK(phases <= mean * (1 + 1e-9));
    CHECK(phases > mean / 2);
    CHECK(json[kind]["images_per_second"].get<double>() > 0);
    CHECK(json[kind]["peak_memory_mib"].get<double>() > 0);
  }
  double forward = 0, backward = 0, inference = 0;
  for (const auto& layer : json["layers"]) {
    forward += layer["forward_ms"].get<double>();
    backward += layer["backward_ms"].get<double>();
    inference += layer["inference_ms"].get<double>();
  }
  const double training_phases = sum_of(json["training"]["phase_ms"]);
  CHECK(forward + backward == Approx(training_phases));
  CHECK(inference == Approx(sum_of(json["inference"]["phase_ms"])));
  CHECK(json["inference"]["phase_ms"]["convolution dx"] == 0);
  CHECK(json["parameters"] == 269749);
  CHECK(json["gemm_peak_gflops"].get<double>() > 0);
  CHECK(json["memory_gb_per_s"].get<double>() > 0);
}

TEST_CASE("bench: every convolution is measured, the stem without dx", "[bench]") {
  const nlohmann::json json = nlohmann::json::parse(bench_json(small_bench(), bench(small_bench())));
  int convolutions = 0;
  for (const auto& layer : json["layers"]) {
    if (!layer.contains("gflop")) continue;
    ++convolutions;
    CAPTURE(layer.dump());
    CHECK(layer["gflops"]["forward"].get<double>() > 0);
    CHECK(layer["gflops"]["dw"].get<double>() > 0);
    CHECK((layer["gflops"]["dx"].get<double>() > 0) == (layer["layer"] != "conv1"));
  }
  CHECK(convolutions == 19);
}

TEST_CASE("bench: the tables show every layer when asked, and their total", "[bench]") {
  const BenchResult result = bench(small_bench());
  const std::string few = bench_tables(small_bench(), result, 3),
                    all = bench_tables(small_bench(), result, 0);
  CHECK_THAT(few, contains("others") && contains("total (mean step)") && contains("convolution dw"));
  CHECK_THAT(all, contains("layer3.2.conv2") && contains("layer1.0.eca.conv") && !contains("others"));
}

TEST_CASE("bench: every phase has its place", "[bench]") {
  CHECK(phase_of({.op = "Conv2d", .part = "dx"}) == "convolution dx");
  CHECK(phase_of({.op = "Conv2d", .part = "backward"}) == "convolution dw");
  CHECK(phase_of({.op = "Relu", .part = "backward"}) == "elementwise backward");
  CHECK(phase_of({.op = "Linear", .part = "forward"}) == "linear");
}

TEST_CASE("bench: the kernels are explained by shape", "[bench]") {
  const std::string text = explain_convolutions(convolutions_of(small_bench()));
  CHECK_THAT(text, contains("conv 3x3 3 -> 16, 8x8, batch 2: conv1\n") && contains("and 5 more"));
  CHECK_THAT(text, contains("  forward  ") && contains("  dx  ") && contains("  dw  "));
}

TEST_CASE("bench: multiplications and additions, quantiles", "[bench]") {
  const kernels::Conv2dShape s = {
      .N = 2, .H = 8, .W = 8, .I = 3, .KH = 3, .KW = 3, .O = 5, .stride = 2, .padding = 1};
  CHECK(flops(s) == 2.0 * 2 * 4 * 4 * 5 * 27);
  CHECK(quantile({4, 1, 3}, 0.5) == 3);
  CHECK(quantile({1, 2, 3, 4}, 0.5) == 2.5);
  CHECK(quantile({1, 2, 3, 4}, 1) == 4);
}

TEST_CASE("bench: values out of range are refused", "[bench]") {
  const auto text = [](BenchConfig config) { return error_text<Error>([&] { bench(config); }); };
  CHECK(text({.batch_size = 0}) == "batch-size: 0, expected 1 to 1048576");
  CHECK(text({.image_size = 2}) == "image-size: 2, expected 4 to 4096");
  CHECK_THAT(text({.model = {.name = "resnet21"}}), contains("unknown name \"resnet21\""));
}

}  // namespace eca::test
