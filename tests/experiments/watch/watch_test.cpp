#include <cmath>
#include <filesystem>
#include <limits>

#include "core/base/error.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/training/trainer.hpp"
#include "experiments/watch/dot_canvas.hpp"
#include "experiments/watch/text_chart.hpp"
#include "experiments/watch/watch_page.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

namespace {

using Lines = std::vector<std::string>;

std::string joined(const TextScreen& screen, bool colours = false) {
  std::string text;
  for (const std::string& line : screen.lines(colours)) text += line + "\n";
  return text;
}

int widest(const TextScreen& screen) {
  int columns = 0;
  for (const std::string& line : screen.lines(false)) columns = std::max(columns, length_of(line));
  return columns;
}

WatchedRow row_of(int64_t epoch, double loss, double accuracy) {
  return {.epoch = epoch,
          .step = 100 * epoch,
          .train_loss = loss,
          .test_loss = loss + 0.25,
          .scores = {accuracy, accuracy - 5},
          .seconds = 10.0 * static_cast<double>(epoch)};
}

WatchedRun run_with(int64_t epochs) {
  WatchedRun run = {.folder = "runs/a", .title = "eca_resnet20 on synthetic, seed 1", .epochs = 10};
  for (int64_t e = 1; e <= epochs; ++e)
    run.rows.push_back(row_of(e, 2.0 / static_cast<double>(e), 90 - 40.0 / static_cast<double>(e)));
  return run;
}

WatchedRun training_run(int64_t epochs) {
  WatchedRun run = run_with(epochs);
  run.phase = RunPhase::trains;
  run.progress = {.epoch = epochs + 1,
                  .batch = 50,
                  .batches = 100,
                  .step = 100 * epochs + 50,
                  .steps = 1000,
                  .loss = 0.5,
                  .accuracy = 77.5,
                  .images_per_second = 1234,
                  .seconds_left = 75};
  return run;
}

}  // namespace

TEST_CASE("A screen has what fits into it", "[watch]") {
  TextScreen screen(5, 2);
  screen.put(3, 0, "abc");
  screen.put(-1, 1, "┤xé", curve_ink(0));
  screen.put(0, 2, "below");
  CHECK(screen.lines(false) == Lines{"   ab", "xé"});
  CHECK(screen.lines(true) == Lines{"   ab", "\033[36mxé\033[0m"});
  CHECK(TextScreen(0, -1).lines(false).empty());
  CHECK(shortened_to("éééé", 4) == "éééé");
  CHECK(shortened_to("ééééé", 4) == "éé..");
  CHECK(shortened_to("ab", 1) == ".");
  CHECK(shortened_to("ab", 0).empty());
}

TEST_CASE("Lines of dots are braille letters, in ASCII signs", "[watch]") {
  DotCanvas canvas(3, 1, false);
  CHECK(canvas.width() == 6);
  CHECK(canvas.height() == 4);
  canvas.line(0, 0, 3, 3, 0);
  canvas.line(5, 3, 5, 3, 1);
  canvas.line(-2, -2, -1, 9, 1);
  TextScreen screen(4, 1);
  canvas.draw(screen, 1, 0);
  CHECK(screen.lines(false) == Lines{" ⠑⢄⢀"});
  DotCanvas plain(4, 2, true);
  plain.line(0, 1, 3, 0, 1);
  plain.line(0, 0, 0, 0, 0);
  TextScreen ascii(4, 2);
  plain.draw(ascii, 0, 0);
  CHECK(ascii.lines(false) == Lines{"* oo", "oo"});
}

TEST_CASE("A chart has its curves between the numbers of the axes, each named at its end", "[watch]") {
  const TextChart chart = {.title = "loss",
                           .curves = {{.name = "train", .points = {{1, 2}, {2, 1}, {3, 0}}, .ink = 0},
                                      {.name = "test", .points = {{1, 2}, {3, 0}}, .ink = 1}},
                           .pattern = "%.1f"};
  TextScreen screen(30, 8);
  draw_chart(screen, chart, {0, 0, 30, 8}, /*ascii=*/true);
  CHECK(joined(screen) ==
        "loss\n"
        "  2+oo\n"
        "   |  ooo\n"
        "   |    *oo\n"
        "  1+      *ooo\n"
        "   |         *ooo   train 0.0\n"
        "  0+             oo test 0.0\n"
        "    1      2      3\n");
}

TEST_CASE("Charts of one point, of none, and without room", "[watch]") {
  TextChart chart = {.title = "accuracy, %", .curves = {{.name = "train", .points = {{1, 50}}}}, .most = 100};
  TextScreen one(40, 6), none(40, 6), small(40, 3);
  draw_chart(one, chart, {0, 0, 40, 6}, false);
  CHECK_THAT(joined(one), contains("train 50.0000"));
  chart.curves[0].points.clear();
  draw_chart(none, chart, {0, 0, 40, 6}, false);
  CHECK_THAT(joined(none), contains("nothing yet: a point an epoch"));
  draw_chart(small, chart, {0, 0, 40, 3}, false);
  CHECK(joined(small) == "\n\n\n");
}

TEST_CASE("A page fits into any terminal", "[watch]") {
  const std::vector<std::vector<WatchedRun>> all = {
      {run_with(0)}, {training_run(0)}, {training_run(7)}, {run_with(200)}, {training_run(3), run_with(5)}};
  for (const auto& runs : all) {
    for (const int columns : {1, 10, 20, 39, 80, 100, 240}) {
      for (const int rows : {1, 3, 5, 10, 23, 60}) {
        const TextScreen screen = watch_page(runs, {.columns = columns, .rows = rows});
        CHECK(static_cast<int>(screen.lines(true).size()) == rows);
        CHECK(widest(screen) <= columns);
      }
    }
  }
}

TEST_CASE("The page of a run that trains", "[watch]") {
  const std::string page = joined(watch_page({training_run(3)}, {.columns = 100, .rows = 20}));
  CHECK_THAT(page, contains("runs/a   eca_resnet20 on synthetic, seed 1\n"));
  CHECK_THAT(page, contains("epoch 4 of 10, step 350 of 1000, 1234 img/s, 1:15 left  █"));
  CHECK_THAT(page, contains(" 35 %\n"));
  CHECK_THAT(page, contains("train 0.5000") && contains("test 0.9167"));  // the epoch under way; the last one
  CHECK_THAT(page, contains("train 77.50") && contains("test 71.67"));
  const std::string ascii =
      joined(watch_page({training_run(3)}, {.columns = 100, .rows = 20, .ascii = true}));
  for (const char byte : ascii) REQUIRE(static_cast<unsigned char>(byte) < 128);
  const std::string narrow = joined(watch_page({training_run(3)}, {.columns = 60, .rows = 24}));
  CHECK(narrow.find("accuracy, %") > narrow.find("train 0.5000"));  // below, not beside
  const std::string low = joined(watch_page({training_run(3)}, {.columns = 60, .rows = 12}));
  CHECK_THAT(low, contains("accuracy, %") && !contains("loss\n"));
}

TEST_CASE("Epochs without an evaluation leave no hole in the curve", "[watch]") {
  WatchedRun run = run_with(5);
  for (const size_t e : {0, 1, 3}) {
    run.rows[e].test_loss = std::numeric_limits<double>::quiet_NaN();
    run.rows[e].scores[1] = std::numeric_limits<double>::quiet_NaN();
  }
  run.phase = RunPhase::finished;
  CHECK_THAT(joined(watch_page({run}, {.columns = 120, .rows = 20})), contains("test 0.6500"));
  CHECK(state_text(run) == "finished: 5 epochs, 50 s, test accuracy 77.00 %");
  run.rows[2].scores[1] = 80;
  CHECK(state_text(run) == "finished: 5 epochs, 50 s, test accuracy 77.00 %, best 80.00 % after epoch 3");
}

TEST_CASE("Several runs are compared by what they know of the test images", "[watch]") {
  WatchedRun other = run_with(7);
  other.folder = "runs/b";
  const std::string page = joined(watch_page({training_run(3), other}, {.columns = 120, .rows = 24}));
  CHECK_THAT(page, contains("1 runs/a   ") && contains("2 runs/b   ") && contains("test accuracy, %"));
  CHECK_THAT(page, contains("1 71.67") && contains("2 79.29"));
}

TEST_CASE("What a run directory tells whoever looks on", "[watch][train]") {
  const TempDir dir;
  const std::string run = dir.file("run");
  TrainConfig config;
  config.data = "synthetic:n=32,test=20,size=8,classes=4";
  config.batch_size = 8;
  config.epochs = 3;
  config.lr = 0.05;
  const auto train_until = [&](int steps, Start start) {
    WatchedRun seen;
    train(config, load_dataset(config.data), RunDirectory(run), start, [&] {
      if (--steps != 0) return false;
      seen = look_at_run(run);
      return true;
    });
    return seen;
  };
  WatchedRun seen = train_until(1, Start::begin);
  CHECK(seen.phase == RunPhase::trains);
  CHECK(seen.title == "eca_resnet20 on synthetic, seed 1");
  CHECK(seen.rows.empty());
  REQUIRE(seen.progress);
  CHECK(seen.progress->step == 1);
  CHECK(seen.progress->steps == 12);
  CHECK(seen.progress->batches == 4);
  CHECK_THAT(state_text(seen), contains("epoch 1 of 3, step 1 of 12, ") && contains(" left"));
  seen = look_at_run(run);
  CHECK(seen.phase == RunPhase::stopped);
  CHECK_THAT(state_text(seen), contains("stopped in epoch 1 of 3, step 1 of 12; --resume goes on"));

  seen = train_until(4, Start::resume);  // step 5: an epoch is done
  CHECK(seen.rows.size() == 1);
  REQUIRE(seen.progress);
  CHECK(seen.progress->epoch == 2);
  CHECK(seen.progress->step >= 4);

  train_until(0, Start::resume);
  seen = look_at_run(run);
  CHECK(seen.phase == RunPhase::finished);
  CHECK(seen.rows.size() == 3);
  CHECK_FALSE(seen.progress);
  CHECK_FALSE(std::filesystem::exists(run + "/progress.txt"));
  CHECK(share_done(seen) == 1);

  write_file(run + "/metrics.csv", std::string("epoch,...\n1,4,0.1,half"));
  CHECK_THAT(error_text<FileError>([&] { look_at_run(run); }),
             contains("metrics.csv: line 2: \"1,4,0.1,half\", expected eight numbers"));
}

TEST_CASE("What a detector's run directory tells", "[watch][detect-train]") {
  const TempDir dir;
  const auto write_run = [&](const std::string& name, const std::string& config, const std::string& metrics) {
    std::filesystem::create_directory(dir.file(name));
    write_file(dir.file(name + "/config.txt"), config);
    write_file(dir.file(name + "/metrics.csv"), metrics);
    return dir.file(name);
  };
  const std::string mask = write_run(
      "mask", "epochs = 3\nmodel = small_mask_rcnn:resnet18+se:r=8\ndata = coco:/fruits,test=night\n",
      "epoch,step,lr,train_loss,loss_mask,box_ap,box_ap50,box_ap75,mask_ap,mask_ap50,images_per_second,"
      "seconds\n"
      "1,10,0.1,2.5,1,0.25,0.5,0.1,0.2125,0.4,70,60.5\n2,20,0.1,1.5,1,nan,nan,nan,nan,nan,70,120.5\n");
  write_file(dir.file("mask/progress.txt"),
             std::string("epoch = 3\nbatch = 5\nbatches = 10\nstep = 25\nsteps = 30\nloss = 1.125\n"
                         "images-per-second = 70\nseconds-left = 30\n"));
  const WatchedRun run = look_at_run(mask);
  CHECK(run.title == "small_mask_rcnn:resnet18+se:r=8 on fruits, seed 1");
  CHECK(state_text(run) == "stopped in epoch 3 of 3, step 25 of 30; --resume goes on");
  const std::string page = joined(watch_page({run}, {.columns = 120, .rows = 20}));
  CHECK_THAT(page, contains("loss ") && contains("AP\n") && !contains("accuracy"));
  CHECK_THAT(page, contains("train 1.1250") && contains("boxes 0.2500") && contains("masks 0.2125"));

  const std::string box =
      write_run("box", "model = small_retinanet:resnet20\n",
                "epoch,step,lr,train_loss,box_ap,seconds\n1,10,0.1,2,0.5,60\n2,20,0.1,1,0.4,120\n");
  write_file(dir.file("box/weights.safetensors"), std::string());
  const WatchedRun other = look_at_run(box);
  CHECK(state_text(other) == "finished: 2 epochs, 2:00, box AP 0.4000, best 0.5000 after epoch 1");
  const std::string both = joined(watch_page({run, other}, {.columns = 120, .rows = 24}));
  CHECK_THAT(both,
             contains("train loss") && contains("box AP") && contains("1 0.2500") && contains("2 0.4000"));

  write_run("classifier", "model = resnet20\n", "");
  CHECK_THAT(error_text<Error>([&] {
               check_comparable({look_at_run(dir.file("classifier")), run});
             }),
             contains("watch: " + mask + " is the run of a detector, " + dir.file("classifier") +
                      " of a classifier; expected runs of one kind"));
  CHECK_NOTHROW(check_comparable({run, other}));
  CHECK_NOTHROW(check_comparable({}));

  write_run("short", "model = small_retinanet:resnet20\n",
            "epoch,step,lr,train_loss,box_ap,seconds\n1,10,0.1,2,x,60\n");
  CHECK_THAT(error_text<FileError>([&] { look_at_run(dir.file("short")); }),
             contains("short/metrics.csv: line 2: box_ap = \"x\", expected a number"));
  write_file(dir.file("short/metrics.csv"), std::string("epoch,step,lr,train_loss\n1,2,3,4\n"));
  CHECK_THAT(error_text<FileError>([&] { look_at_run(dir.file("short")); }),
             contains("has no column box_ap, expected the metrics of a detector"));
}

TEST_CASE("What is no run is refused, a progress file that is none is not believed", "[watch]") {
  const TempDir dir;
  CHECK_THAT(error_text<Error>([&] { look_at_run(dir.str()); }),
             contains(dir.str() + ": no run (expected config.txt in it)"));
  CHECK_THAT(error_text<Error>([&] { look_at_run(dir.str() + "/none"); }),
             contains("/none: no run (there is no such directory)"));
  write_file(dir.file("config.txt"), std::string("of another program"));
  CHECK_THAT(error_text<FileError>([&] { look_at_run(dir.str()); }), contains("config.txt: line 1"));
  write_file(dir.file("config.txt"), to_text(TrainConfig{}));
  CHECK(state_text(look_at_run(dir.str())) == "has not begun");
  for (const char* text :
       {"", "epoch = 1", "epoch", "epoch = x\nbatch = 1\nbatches = 0\nstep = 1\nsteps = 0"}) {
    write_file(dir.file("progress.txt"), std::string(text));
    CHECK_FALSE(look_at_run(dir.str()).progress);
  }
}

}  // namespace eca::test
