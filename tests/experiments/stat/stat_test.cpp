#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "experiments/stat/cuts.hpp"
#include "experiments/stat/print.hpp"
#include "models/detection/detector_config.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/settings.hpp"

using namespace eca;
using namespace eca::test;

namespace {

Report stat(const std::string& network, const std::string& rules = "macs", int64_t classes = 0) {
  return make_report({.text = network, .classes = classes}, rules_named(rules));
}

// Costs depend on shapes, not on the numbers, and most of them can be seen on images of 32 pixels.
Report stat_small(const std::string& network, const std::string& rules = "macs") {
  return make_report({.text = network, .channels = 3, .height = 32, .width = 32}, rules_named(rules));
}

const Row& row(const Report& report, const std::string& module) {
  for (const Row& found : report.rows) {
    if (found.op.module == module) return found;
  }
  FAIL("no row " + module);
  return report.rows.front();
}

}  // namespace

// ---- the numbers of papers -----------------------------------------------------------------------------

TEST_CASE("stat: parameters of the ImageNet networks", "[stat][counts]") {
  struct Case {
    std::string network, se, released;
    int64_t plain, with_se, with_released, with_k3, with_rule;
  };
  for (const Case& c : {Case{"resnet18", "se", "3577", 11689512, 11776552, 11689556, 11689536, 11689548},
                        {"resnet34", "se", "3357", 21797672, 21954856, 21797744, 21797720, 21797746},
                        {"resnet50", "se", "3557", 25557032, 28071976, 25557112, 25557080, 25557118},
                        {"resnet101", "se", "3357", 44549160, 49292328, 44549317, 44549259, 44549331},
                        {"resnet152", "se", "3357", 60192808, 66770984, 60193042, 60192958, 60193064},
                        {"mobilenet_v2", "se:r=8", "1111333", 3504872, 3561800, 3504903, 3504923, 3504931}}) {
    CAPTURE(c.network);
    const auto count = [&](const std::string& attention) {
      return make_model({.name = c.network, .attention = attention, .classes = 1000})->parameter_count();
    };
    CHECK(count("none") == c.plain);
    CHECK(count(c.se) == c.with_se);
    CHECK(count("eca:k=" + c.released) == c.with_released);
    CHECK(family_of(c.network).released == c.released);
    CHECK(count("eca:k=3") == c.with_k3);
    CHECK(count("eca") == c.with_rule);
  }
  const auto biased = [](const std::string& network) {
    return make_model({.name = network, .attention = "se:bias=true", .classes = 1000})->parameter_count();
  };
  CHECK(biased("resnet18") == 11778592);
  CHECK(biased("resnet34") == 21958868);
  CHECK(biased("resnet50") == 28088024);
  CHECK(biased("resnet101") == 49326872);
  CHECK(biased("resnet152") == 66821848);
}

TEST_CASE("stat: parameters of CBAM and of the variants in ECA-Net's table 2", "[stat][counts]") {
  for (const auto& [network, attention, parameters] :
       {std::tuple<const char*, const char*, int64_t>{"resnet18", "cbam", 11779392},
        {"resnet34", "cbam", 21960468},
        {"resnet50", "cbam", 28089624},
        {"resnet101", "cbam", 49330172},
        {"resnet152", "cbam", 66826848},
        {"resnet50", "se_var1", 25557032},
        {"resnet50", "se_var2", 25572136},
        {"resnet50", "se_var3", 45676584},
        {"resnet50", "se_gc1", 26814504},
        {"resnet50", "se_gc2", 25798696},
        {"resnet50", "se_gc3", 25677864},
        {"resnet50", "eca_ns:k=3", 25602344},
        {"resnet50", "eca:k=3", 25557080}}) {
    CAPTURE(network, attention);
    CHECK(make_model({.name = network, .attention = attention, .classes = 1000})->parameter_count() ==
          parameters);
  }
}

TEST_CASE("stat: parameters and MACs of the CIFAR networks", "[stat][counts]") {
  for (const int64_t depth : {20, 32, 44, 56, 110}) {
    CAPTURE(depth);
    const int64_t n = (depth - 2) / 6;
    const std::string name = "resnet" + std::to_string(depth);
    const Report ten = stat(name), hundred = stat(name, "macs", 100);
    CHECK(ten.total.parameters == 97216 * n - 21926);
    CHECK(ten.total.macs == 14155776 * n - 1916288);
    CHECK(hundred.total.parameters == ten.total.parameters + 5850);
    CHECK(hundred.total.macs == ten.total.macs + 5760);
    const Report B = make_report({.text = name, .shortcut = Shortcut::B}, rules_named("macs"));
    CHECK(B.total.parameters == ten.total.parameters + 2752);
    CHECK(B.total.macs == ten.total.macs + 262144);
    CHECK(stat("se_" + name).total.parameters == ten.total.parameters + 672 * n);
    CHECK(stat("eca_" + name).total.parameters == ten.total.parameters + 9 * n);
  }
  int64_t stage[4] = {};
  for (const Row& r : stat("resnet20").rows) {
    const bool in_stage = r.op.module.starts_with("layer");
    stage[in_stage ? r.op.module[5] - '0' : 0] += macs(r.op);
  }
  CHECK(stage[0] == 442368 + 640);
  CHECK(stage[1] == 14155776);
  CHECK(stage[2] == 12976128);
  CHECK(stage[3] == 12976128);
}

TEST_CASE("stat: the columns of ECA-Net's table 3, digit for digit", "[stat][counts][slow]") {
  struct Case {
    std::string network, parameters, flops;
    int64_t macs = 0;  // 0: not published
  };
  for (const Case& c : {Case{"resnet50", "24.37M", "3.86G", 4089184256},
                        {"se_resnet50", "26.77M", "3.87G"},
                        {"resnet50+eca:k=3557", "24.37M", "3.86G", 4089184256 + 86272},  // + sum of C k
                        {"resnet101", "42.49M", "7.34G", 7801405440},
                        {"se_resnet101", "47.01M", "7.35G"},
                        {"resnet101+eca:k=3357", "42.49M", "7.35G"},
                        {"resnet152", "57.40M", "10.82G", 11513626624},
                        {"se_resnet152", "63.68M", "10.85G"},
                        {"resnet152+eca:k=3357", "57.40M", "10.83G"}}) {
    CAPTURE(c.network);
    const Report report = stat(c.network, "thop-2019-07");
    CHECK(quantity(report.total.parameters, {Units::binary, 2}) == c.parameters);
    CHECK(quantity(report.total.cost.flops, {Units::binary, 2}) == c.flops);
    if (c.macs != 0) CHECK(report.total.macs == c.macs);
  }
  // SE: the paper prints 320.1M, 0.04 more than its rules give.
  for (const Case& c : {Case{"mobilenet_v2", "3.34M", "319.4M", 300774272},
                        {"mobilenet_v2+se:r=8", "3.40M", "320.0M"},
                        {"mobilenet_v2+eca:k=1111333", "3.34M", "319.9M"}}) {
    CAPTURE(c.network);
    const Report report = stat(c.network, "thop-2019-07");
    CHECK(quantity(report.total.parameters, {Units::binary, 2}) == c.parameters);
    CHECK(quantity(report.total.cost.flops, {Units::binary, 1}) == c.flops);
    if (c.macs != 0) CHECK(report.total.macs == c.macs);
  }
}

TEST_CASE("stat: ECA-Net's ResNet-18 and -34, digit for digit", "[stat][counts][slow]") {
  for (const auto& [network, parameters, flops, macs] :
       {std::tuple<const char*, const char*, const char*, int64_t>{"resnet18", "11.148M", "1.699G",
                                                                   1814073344},
        {"se_resnet18", "11.231M", "1.700G", 0},
        {"resnet18+eca:k=3577", "11.148M", "1.700G", 0},
        {"resnet34", "20.788M", "3.427G", 3663761408},
        {"se_resnet34", "20.938M", "3.428G", 0},
        {"resnet34+eca:k=3357", "20.788M", "3.428G", 0},
        {"cbam_resnet34", "20.943M", "3.428G", 0}}) {
    CAPTURE(network);
    const Report report = stat(network, "thop-2019-08");
    CHECK(quantity(report.total.parameters, {Units::binary, 3}) == parameters);
    CHECK(quantity(report.total.cost.flops, {Units::binary, 3}) == flops);
    if (macs != 0) CHECK(report.total.macs == macs);
  }
}

TEST_CASE("stat: torchstat's totals of ResNet-18 and -50", "[stat][counts][slow]") {
  const Report r18 = stat("resnet18", "torchstat"), r50 = stat("resnet50", "torchstat");
  CHECK(r18.total.cost.madd == 3638757912);
  CHECK(r18.total.cost.flops == 1821399040);
  CHECK(r50.total.cost.madd == 8219637272);
  CHECK(r50.total.cost.flops == 4118537216);
  CHECK(r50.not_counted == std::vector<std::string>{"Add", "GlobalAveragePool"});
}

// ---- single ops --------------------------------------------------------------------------------------

TEST_CASE("stat: the examples of torchstat's documentation", "[stat]") {
  const Operation conv = {.kind = "Conv2d",
                          .module = "conv1",
                          .inputs = {{1, 224, 224, 3}, {5, 5, 3, 10}, {10}},
                          .output = {1, 220, 220, 10},
                          .parameters = 760};
  const Cost cost = torchstat_cost(conv);
  CHECK(cost.madd == 72600000);
  CHECK(cost.flops == 36784000);
  CHECK(cost.read * kValueBytes == 605152);
  CHECK(cost.write * kValueBytes == 1936000);
  const Operation linear = {.kind = "Linear",
                            .module = "fc1",
                            .inputs = {{1, 56180}, {56180, 50}, {50}},
                            .output = {1, 50},
                            .parameters = 56180 * 50 + 50};
  CHECK(torchstat_cost(linear).madd == 5617950);
  CHECK(torchstat_cost(linear).flops == 2809000);
}

TEST_CASE("stat: one ECA block of 32 channels, where torchstat prints 3 parameters and zeros", "[stat]") {
  const Subject subject = {.text = "eca", .block = true, .channels = 32, .height = 7, .width = 5};
  const Report zeros = make_report(subject, rules_named("torchstat"));
  CHECK(zeros.total.parameters == 3);
  CHECK(zeros.total.cost.madd + zeros.total.cost.flops + zeros.total.cost.read + zeros.total.cost.write == 0);
  CHECK(zeros.not_counted ==
        std::vector<std::string>{"ChannelConv1d", "GlobalAveragePool", "ScaleChannels", "Sigmoid"});

  const Report report = make_report(subject, rules_named("macs"));
  CHECK(report.rows.size() == 4);
  CHECK(report.total.parameters == 3);
  CHECK(report.total.macs == 32 * 3);
  CHECK(row(report, "eca.global_average_pool").cost.madd == 32 * 7 * 5);
  CHECK(row(report, "eca.conv").cost.madd == 32 * 5);
  CHECK(row(report, "eca.conv").cost.read == 32 + 3);
  CHECK(row(report, "eca.sigmoid").cost.madd == 4 * 32);
  CHECK(row(report, "eca.scale_channels").cost.madd == 32 * 7 * 5);
  CHECK(row(report, "eca.scale_channels").cost.read == 32 * 7 * 5 + 32);
  CHECK(report.not_counted.empty());
}

TEST_CASE("stat: a ReLU that serves a whole block counts once where a tool assigns", "[stat]") {
  const auto relus = [](const std::string& rules) {
    int64_t flops = 0, rows = 0;
    for (const Row& r : stat_small("resnet50", rules).rows) {
      if (r.op.module != "layer1.0.relu") continue;
      flops += r.cost.flops;
      ++rows;
    }
    CHECK(rows == 3);
    return flops;
  };
  const int64_t pixels = 8 * 8;
  CHECK(relus("macs") == pixels * (64 + 64 + 256));
  CHECK(relus("torchstat") == pixels * 256);
  CHECK(relus("thop-2019-07") == pixels * 256);
  CHECK(relus("thop-2019-08") == 0);
}

TEST_CASE("stat: rows add up to the total, and every parameter is counted once", "[stat]") {
  for (const char* network :
       {"eca_resnet20", "se_resnet18", "eca_resnet50_cifar", "eca_mobilenet_v2_cifar"}) {
    CAPTURE(network);
    const Report report = stat_small(network);
    Total sum;
    for (const auto& [op, cost] : report.rows) {
      sum.parameters += op.parameters;
      sum.cost += cost;
      CHECK(op.seconds >= 0);
    }
    CHECK(sum.parameters == report.total.parameters);
    CHECK(sum.cost.madd == report.total.cost.madd);
    CHECK(sum.cost.read == report.total.cost.read);
    CHECK(report.not_counted.empty());
  }
}

// Of an image: the input, what the network makes of it in each of its three stages, the means of the last maps
// (64) and 16 logits. A stage of three blocks has maps of equal size: 32x32x16, 16x16x32 and 8x8x64.
TEST_CASE("stat: what training keeps of one image", "[stat]") {
  const SettingsRestored restored;
  const auto kept = [](OpsMode mode, bool attention_only = false) {
    set_ops_mode(mode);
    const Subject subject = {.text = "resnet20+eca", .classes = 16, .attention_only = attention_only};
    return make_report(subject, rules_named("macs")).total.kept_values;
  };
  constexpr int64_t kInput = 3072, kStem = 16384, kStages = 16384 + 8192 + 4096, kEnd = 64 + 16;
  constexpr int64_t kChannels = 3 * (16 + 32 + 64);  // of all blocks
  // Plain: of each block what conv1, relu, conv2 and the last relu put out, of the stem conv1 and relu. ECA keeps
  // the map that it scales, the means of its channels and its gates.
  CHECK(kept(OpsMode::plain) == kInput + 2 * kStem + 3 * 5 * kStages + kEnd + 2 * kChannels);
  // Fused: neither the ReLU between the convolutions nor what ECA scales is ever stored; the means of conv2's maps
  // are kept beside ECA's own, which are those after batch norm.
  CHECK(kept(OpsMode::fused) == kInput + 2 * kStem + 3 * 3 * kStages + kEnd + 3 * kChannels);
  CHECK(kept(OpsMode::fused, true) == 2 * kChannels);
}

TEST_CASE("stat: ops that training fuses are counted one by one", "[stat]") {
  std::vector<std::string> names;
  for (const Row& r : stat("eca_resnet20").rows) {
    if (r.op.module.starts_with("layer1.0.")) names.push_back(r.op.module.substr(9));
  }
  CHECK(names == std::vector<std::string>{"conv1", "bn1", "relu", "conv2", "bn2", "eca.global_average_pool",
                                          "eca.conv", "eca.sigmoid", "eca.scale_channels", "add", "relu"});
}

TEST_CASE("stat: only the attention", "[stat]") {
  Subject subject = {.text = "resnet50+eca:k=3557", .channels = 3, .height = 64, .width = 64};
  subject.attention_only = true;
  const Report report = make_report(subject, rules_named("macs"));
  CHECK(report.rows.size() == 16 * 4);
  CHECK(report.total.parameters == 80);
  CHECK(report.total.macs == 86272);
  for (const Row& r : report.rows) CHECK(r.op.module.find(".eca.") != std::string::npos);

  subject.text = "mobilenet_v2+eca:k=1111333";
  CHECK(make_report(subject, rules_named("macs")).total.parameters == 31);
  subject.text = "resnet50";
  CHECK_THAT(error_text<Error>([&] { make_report(subject, rules_named("macs")); }),
             contains("resnet50 has no attention, which --attention-only asks for"));
}

// ---- printing and errors -----------------------------------------------------------------------------

TEST_CASE("stat: numbers in the units of papers", "[stat]") {
  CHECK(quantity(25557032, {Units::decimal, 2}) == "25.56M");
  CHECK(quantity(25557032, {Units::binary, 2}) == "24.37M");
  CHECK(quantity(4142111768, {Units::binary, 2}) == "3.86G");
  CHECK(quantity(80, {Units::binary, 2}) == "80");
  CHECK(quantity(1000, {Units::decimal, 0}) == "1K");
  CHECK(quantity(1000, {Units::binary, 0}) == "1000");
  CHECK(with_commas(0) == "0");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(25557032) == "25,557,032");
  CHECK(with_commas(-1000) == "-1,000");
  CHECK(parse_units("binary") == Units::binary);
  CHECK_THAT(error_text<Error>([] { parse_units("iec"); }), contains("units: \"iec\", expected decimal"));
}

TEST_CASE("stat: the table has a line for every op, then the totals", "[stat]") {
  const std::string text = report_table(stat("eca_resnet20"), {});
  CHECK_THAT(text, contains("eca_resnet20, one image 3,32,32, rules macs"));
  CHECK_THAT(text, contains("\nlayer1.0.eca.conv "));
  CHECK_THAT(text, contains("\ntotal "));
  CHECK_THAT(text, contains("parameters    269,749  (269.75K)"));
  const std::string both = comparison_table({stat("resnet20"), stat("eca_resnet20")}, {});
  CHECK_THAT(both, contains("\nresnet20 "));
  CHECK_THAT(both, contains("\neca_resnet20 "));
}

TEST_CASE("stat: JSON holds what the table prints", "[stat]") {
  const Report report = stat("eca_resnet20", "thop-2019-07");
  const auto json = nlohmann::json::parse(report_json(report, {Units::binary, 2}));
  CHECK(json.at("model") == "eca_resnet20");
  CHECK(json.at("rules") == "thop-2019-07");
  CHECK(json.at("input") == std::vector<int>{3, 32, 32});
  CHECK(json.at("rows").size() == report.rows.size());
  CHECK(json.at("rows").at(0).at("module") == "conv1");
  CHECK(json.at("total").at("params") == 269749);
  CHECK(json.at("total").at("printed").at("params") == "263.43K");
  const auto list = nlohmann::json::parse(comparison_json({report, report}, {}));
  CHECK(list.size() == 2);
  CHECK(!list.at(0).contains("rows"));
}

// Each of the 3*4 inputs is multiplied by 2*2*6 weights, for each of its 5 channels; 6*8*6 outputs, each with a bias.
TEST_CASE("stat: a transposed convolution", "[stat]") {
  const Operation op = {.kind = "ConvTranspose2d",
                        .module = "mask.up",
                        .inputs = {{1, 3, 4, 5}, {2, 2, 6, 5}, {6}},
                        .output = {1, 6, 8, 6}};
  CHECK(macs(op) == 3 * 4 * 5 * 2 * 2 * 6);
  CHECK(exact_cost(op).flops == macs(op) + 6 * 8 * 6);
  CHECK(exact_cost(op).madd == 2 * macs(op));
}

TEST_CASE("stat: what cannot be is refused by name", "[stat][errors]") {
  const auto error = [](const Subject& subject) {
    return error_text<Error>([&] { make_report(subject, rules_named("macs")); });
  };
  CHECK_THAT(error_text<Error>([] { rules_named("torchstats"); }),
             contains("rules: unknown name \"torchstats\" (did you mean \"torchstat\"?)"));
  CHECK_THAT(error_text<Error>([] { rules_named("flops"); }),
             contains("possible are: macs, torchstat, thop-2019-07, thop-2019-08"));
  CHECK_THAT(error({.text = "resnet51"}),
             contains("model: unknown name \"resnet51\" (did you mean \"resnet"));
  CHECK_THAT(error({.text = "resnet50+ecca"}), contains("unknown module \"ecca\" (did you mean \"eca\"?)"));
  CHECK_THAT(error({.text = "eca", .block = true}), contains("needs --input C,H,W"));
  CHECK_THAT(error({.text = "none", .block = true, .channels = 8, .height = 1, .width = 1}),
             contains("block \"none\" has nothing to count"));
  const Operation unknown = {.kind = "Fold", .module = "neck.fold", .inputs = {{1}}, .output = {1}};
  CHECK_THAT(error_text<Error>([&] { exact_cost(unknown); }), contains("op Fold in neck.fold has no rule"));
}

// ---- detectors ---------------------------------------------------------------------------------------

TEST_CASE("stat: detectors, with as many regions as there can be", "[stat][detectors]") {
  const Report report =
      make_report({.text = "small_mask_rcnn:eca_resnet18", .classes = 10}, rules_named("macs"));
  CHECK(report.height == 128);
  int64_t fc6 = 0, mask = 0, heads = 0;
  for (const auto& [op, cost] : report.rows) {
    if (op.kind == "Linear" && op.module == "roi_heads.box_head.fc6") fc6 += macs(op);
    if (op.module == "roi_heads.mask_head.1.0") mask += macs(op);
    if (op.module == "rpn.head.conv.0.0") heads += macs(op);
  }
  CHECK(fc6 == 64 * (7 * 7 * 64) * 256);
  CHECK(mask == 100 * (14 * 14) * (9 * 64) * 64);
  CHECK(heads == (32 * 32 + 16 * 16 + 8 * 8 + 4 * 4) * (9 * 64) * 64);

  Subject only = {.text = "small_retinanet:resnet18+eca:k=3", .attention_only = true};
  CHECK(make_report(only, rules_named("macs")).total.parameters == 8 * 3);
  only.text = "small_retinanet:resnet18";
  CHECK_THAT(error_text<Error>([&] { make_report(only, rules_named("macs")); }),
             contains("has no attention"));
  CHECK_THAT(error_text<Error>([] { stat("yolo:resnet18"); }),
             contains("\"yolo\", expected one of retinanet"));
}

TEST_CASE("stat: the cuts of a small detector lead from torchvision's settings to its own",
          "[stat][detectors]") {
  const Rules& rules = rules_named("macs");
  const Subject subject = {.text = "small_retinanet:eca_resnet18", .channels = 3, .height = 64, .width = 64};
  const std::vector<Report> cuts = cut_reports(subject, rules);
  REQUIRE(cuts.size() == 5);
  CHECK(cuts[1].title == "half as many channels in the backbone");
  Subject full = subject;
  full.text = "retinanet:eca_resnet18";
  CHECK(cuts[0].total.macs == make_report(full, rules).total.macs);
  CHECK(cuts.back().total.parameters == make_report(subject, rules).total.parameters);
  CHECK(cuts.back().total.macs == make_report(subject, rules).total.macs);
  for (size_t i = 1; i < cuts.size(); ++i) {
    CAPTURE(cuts[i].title);
    CHECK(cuts[i].total.parameters <= cuts[i - 1].total.parameters);
    CHECK(cuts[i].total.macs < cuts[i - 1].total.macs);
  }
  CHECK_THAT(cuts_table({cuts[0], cuts[1]}, {}),
             contains("torchvision's settings") && contains(" %\n") && contains("left"));

  // A backbone that keeps its width, without a map of stride 8 where RetinaNet begins.
  Subject narrow = subject;
  narrow.text = "small_retinanet:resnet20+eca:k=3";
  CHECK(cut_reports(narrow, rules).size() == 4);
  const auto names = [](DetectorKind kind) {
    std::string all;
    for (const DetectorCut& cut : detector_cuts(kind, {.name = "resnet18"}, 3)) all += cut.name + "; ";
    return all;
  };
  CHECK_THAT(names(DetectorKind::mask_rcnn), contains("64 proposals; ") && contains("masks by 2 "));
  CHECK_THAT(names(DetectorKind::faster_rcnn), !contains("masks"));

  const auto refusal = [&](const std::string& text) {
    return error_text<Error>([&] { cut_reports({.text = text}, rules); });
  };
  CHECK(refusal("resnet18") ==
        "stat: --cuts of \"resnet18\", expected a small detector, as in small_mask_rcnn:eca_resnet18");
  CHECK_THAT(refusal("mask_rcnn:resnet18"), contains("--cuts of \"mask_rcnn:resnet18\""));
  CHECK_THAT(refusal("small_yolo:resnet18"), contains("\"small_yolo\", expected one of retinanet"));
  CHECK_THAT(refusal("small_mask_rcnn"), contains("--cuts of \"small_mask_rcnn\""));
}
