#include "experiments/training/plots.hpp"

#include "experiments/common/gnuplot.hpp"
#include "tests/catch.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

static std::string metrics_of(int epochs) {
  std::string text = "epoch,step,lr,train_loss,train_accuracy,test_loss,test_accuracy,seconds\n";
  for (int e = 1; e <= epochs; ++e) text += std::to_string(e) + ",1,0.1,2,50,nan,nan,1\n";
  return text;
}

TEST_CASE("curves: at most ten round ticks", "[plots]") {
  const TempDir folder;
  const auto [epochs, distance] = GENERATE(
      table<int, int>({{0, 1}, {1, 1}, {10, 1}, {11, 2}, {30, 5}, {90, 10}, {300, 50}, {1000, 100}}));
  write_file(folder.file("m.csv"), metrics_of(epochs));
  const std::string script = training_script(folder.file("m.csv"), "t.png", "it's a title");
  CHECK_THAT(script, contains("\nset xtics " + std::to_string(distance) + "\n"));
  CHECK_THAT(script, contains("title 'it''s a title'"));
}

TEST_CASE("the confusion matrix: numbers have room, names up to twenty classes", "[plots]") {
  const auto script_of = [](size_t K) {
    Evaluation evaluation;
    evaluation.counts.assign(K, std::vector<int64_t>(K, 0));
    evaluation.counts[1] = std::vector<int64_t>(K, 5);
    return confusion_script(evaluation, std::vector<std::string>(K, "cat's"), "c.png", "title");
  };
  CHECK_THAT(script_of(2), contains("size 760,760") && contains("('cat''s' 0, 'cat''s' 1)"));
  CHECK_THAT(script_of(2), contains("0 0 0 0\n1 0 0 0\n\n0 1 0.5 5\n1 1 0.5 5\n"));
  CHECK_THAT(script_of(20), contains("size 1240,1240") && contains("with labels"));
  CHECK_THAT(script_of(21), contains("size 1000,1000") && !contains("cat"));
}

TEST_CASE("gnuplot draws curves, of one epoch too, and matrices", "[plots]") {
  if (!have_gnuplot()) return;
  const TempDir folder;
  write_file(folder.file("m.csv"), metrics_of(GENERATE(1, 40)));
  CHECK(plot_training(folder.file("m.csv"), folder.file("t.png"), "title"));
  const Evaluation evaluation = {.counts = {{3, 1}, {0, 0}}};
  CHECK(plot_confusion(evaluation, {"a", "b_1"}, folder.file("c.png"), "title"));
  CHECK(read_file(folder.file("c.png")).starts_with("\x89PNG"));
}

}  // namespace eca::test
