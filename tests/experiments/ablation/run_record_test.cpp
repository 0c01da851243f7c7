#include "experiments/ablation/run_record.hpp"

#include "core/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

namespace eca::test {

namespace {

const RunRecord kRecord = {
    .settings = {{"epochs", "2"}, {"model", "resnet20"}},
    .data = "64 training images (labels 12, pixels 34), 40 test images (...)",
    .arithmetic = {{"blas", "OpenBLAS"}, {"instruction set", "AVX2"}, {"source", "1a2b"}},
    .weights_sha256 = "ab12",
    .parameters = 269722,
    .threads = 2,
    .metrics = "epoch,step,test_accuracy,seconds\n1,8,20,1.5\n2,16,30.5,3\n"};

}  // namespace

TEST_CASE("a record comes back from its text", "[ablation]") {
  CHECK(record_from_text(to_text(kRecord)) == kRecord);
  CHECK(kRecord.last("test_accuracy") == 30.5);
  CHECK_THAT(error_text<Error>([] { kRecord.last("box_ap"); }), contains("no column \"box_ap\""));
  CHECK(made_with(kRecord) == "program 1a2b, AVX2, OpenBLAS; " + kRecord.data);
}

TEST_CASE("a record that is none is refused", "[ablation]") {
  const std::string text = to_text(kRecord);
  CHECK_THAT(error_text<Error>([&] { record_from_text(text.substr(0, text.size() / 2)); }),
             contains("is no record of a run"));
  CHECK_THAT(error_text<Error>([] { record_from_text("{}"); }),
             contains("is no record of a run") && contains("settings"));
  RunRecord empty = kRecord, torn = kRecord;
  empty.metrics = "epoch,step\n";
  CHECK_THAT(error_text<Error>([&] { record_from_text(to_text(empty)); }),
             contains("its metrics have no epoch"));
  torn.metrics = "epoch,step\n1,8,9\n";
  CHECK_THAT(error_text<Error>([&] { record_from_text(to_text(torn)); }),
             contains("line 2 has 3 columns, expected 2"));
  torn.metrics = "epoch,step\n1,x\n";
  CHECK_THAT(error_text<Error>([&] { record_from_text(to_text(torn)); }),
             contains("line 2: step = \"x\", expected a number"));
}

TEST_CASE("two records of a run: the first epoch that differs, and the weights", "[ablation]") {
  RunRecord found = kRecord;
  found.threads = 7;  // these decide nothing
  found.arithmetic["source"] = "3c4d";
  found.metrics = "epoch,step,test_accuracy,seconds\n1,8,20,9.5\n2,16,30.5,19\n";
  CHECK(record_differences(kRecord, found).empty());
  found.metrics = "epoch,step,test_accuracy,seconds\n1,8,21,9.5\n2,16,31,19\n";
  found.weights_sha256 = "cd34";
  CHECK(record_differences(kRecord, found) ==
        std::vector<std::string>{"epoch 1: expected 1,8,20, found 1,8,21",
                                 "weights sha256: expected ab12, found cd34"});
  found.settings["epochs"] = "3";
  CHECK_THAT(record_differences(kRecord, found).front(), contains("epochs: expected 2, found 3"));
}

}  // namespace eca::test
