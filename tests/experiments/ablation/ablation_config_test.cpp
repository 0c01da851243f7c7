#include "experiments/ablation/ablation_config.hpp"

#include "core/base/error.hpp"
#include "data/loader.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/ablation/ablate.hpp"
#include "experiments/detection/detect_config.hpp"
#include "experiments/training/train_config.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"

namespace eca::test {

namespace {

const std::string kTwoArms =
    "# two arms\nmodel = resnet20\nseeds = 3 1\narm none:\narm eca: attention = eca:k=5; lr = 0.1\n";

}  // namespace

TEST_CASE("an ablation: common keys, arms, seeds", "[ablation]") {
  const Ablation ablation = parse_ablation(kTwoArms + "epochs = 2\nbaseline = eca\n", "a.txt");
  REQUIRE(ablation.arms.size() == 2);
  CHECK(ablation.arms[0].name == "none");
  CHECK(ablation.arms[1].config->attention == "eca:k=5");
  CHECK(ablation.arms[1].config->lr == 0.1);
  CHECK(ablation.arms[0].config->lr == TrainConfig{}.lr);
  CHECK(ablation.arms[1].config->epochs == 2);  // a common key may follow the arms
  CHECK(ablation.seeds == std::vector<int64_t>{3, 1});
  CHECK(ablation.baseline == 1);

  const std::vector<AblationRun> runs = runs_of(ablation, "o", "r");
  REQUIRE(runs.size() == 4);
  CHECK(runs[0].config->out == "r/none/seed-3");
  CHECK(runs[1].config->out == "r/eca/seed-3");
  CHECK(runs[3].config->seed == 1);
  CHECK(runs[3].record == "o/records/eca/seed-1.json");
}

TEST_CASE("an ablation of detectors: its keys, and what all arms measure", "[ablation]") {
  const auto parse = [](const std::string& text) { return parse_ablation("seeds = 1\n" + text, "a.txt"); };
  const Ablation both = parse(
      "backbone-width = 1\ntask = detection\narm a: model = small_mask_rcnn:resnet18; attention = eca\narm "
      "b:\n");
  CHECK(both.task == &ablation_task("detection"));
  CHECK(dynamic_cast<const DetectConfig&>(*both.arms[0].config).backbone_width == "1");
  CHECK(both.arms[1].config->model == DetectConfig().model);
  REQUIRE(both.scores.size() == 1);
  CHECK(both.scores[0].column == "box_ap");  // arm b finds no masks
  const Ablation masks =
      parse("task = detection\nmodel = small_mask_rcnn:resnet18\narm a:\narm b: attention = se\n");
  REQUIRE(masks.scores.size() == 2);
  CHECK(masks.scores[0].column == "mask_ap");
  const RunConfig &plain = *masks.arms[0].config, &se = *masks.arms[1].config;
  CHECK(masks.task->parameters(se, false) == masks.task->parameters(plain, true));
  CHECK(masks.task->parameters(se, true) > masks.task->parameters(se, false));
  const Ablation named = parse("task = detection\narm a: model = small_mask_rcnn:se_resnet18\n");
  CHECK(named.task->parameters(*named.arms[0].config, false) == masks.task->parameters(plain, true));

  const Ablation classifier = parse("arm a: model = se_resnet20\n");
  CHECK(classifier.task->parameters(*classifier.arms[0].config, false) == 269722);
  const auto error_of = [&](const std::string& text) { return error_text<FileError>([&] { parse(text); }); };
  CHECK_THAT(error_of("task = detect\narm a:\n"),
             contains("a.txt: line 2: task: \"detect\", expected classification or detection"));
  CHECK_THAT(error_of("task = detection\nlabel-smoothing = 0\narm a:\n"),
             contains("line 3: ") && contains("label-smoothing"));
  CHECK_THAT(error_of("task = detection\narm a: model = resnet20\n"),
             contains("line 3: arm a: model: \"resnet20\", expected KIND:NETWORK"));
}

TEST_CASE("errors of an ablation's file name file and line", "[ablation]") {
  const auto error_of = [](const std::string& text) {
    return error_text<FileError>([&] { parse_ablation(text, "a.txt"); });
  };
  CHECK_THAT(error_of("seeds = 1\n"), contains("a.txt: no arms, expected lines arm NAME: key = value"));
  CHECK_THAT(error_of("arm a:\n"), contains("a.txt: no seeds, expected a line seeds = 1 2 3"));
  CHECK_THAT(error_of("seeds = 1 x\narm a:\n"),
             contains("a.txt: line 1: seeds: \"x\", expected whole numbers from 0"));
  CHECK_THAT(error_of("seeds = 1 1\n"), contains("line 1: seeds: 1 is given twice"));
  CHECK_THAT(error_of("seeds =\n"), contains("line 1: seeds: \"\", expected"));
  CHECK_THAT(error_of("seed = 1\n"), contains("line 1: key \"seed\", expected \"seeds = 1 2 3\""));
  CHECK_THAT(error_of("arm a: threads = 2\n"), contains("line 1: key \"threads\", expected none"));
  CHECK_THAT(error_of("arm a: out = x\n"), contains("line 1: key \"out\", expected none"));
  CHECK_THAT(error_of("\narm a lr = 1\n"), contains("line 2: \"arm a lr = 1\", expected arm NAME: key"));
  CHECK_THAT(error_of("arm a/b:\n"), contains("arm \"a/b\": expected a name of letters, digits, _ and -"));
  CHECK_THAT(error_of("arm a:\narm a:\n"), contains("line 2: arm \"a\" is given twice"));
  CHECK_THAT(error_of("seeds = 1\nlr = 1\nlr = 2\n"), contains("line 3: key \"lr\" is given twice"));
  CHECK_THAT(error_of("seeds = 1\narm a: lr = 1; lr = 2\n"),
             contains("line 2: arm a: key \"lr\" is given twice"));
  CHECK_THAT(error_of("seeds = 1\narm a: epochs\n"), contains("line 2: \"epochs\", expected key = value"));
  CHECK_THAT(error_of("seeds = 1\narm a: epoch = 1\n"), contains("did you mean \"epochs\"?"));
  CHECK_THAT(error_of("seeds = 1\narm a:\narm b: model = resnet21\n"),
             contains("line 3: arm b: model: unknown name \"resnet21\""));
  CHECK_THAT(error_of("seeds = 1\nbaseline = non\narm none:\narm eca:\n"),
             contains("line 2: baseline: no arm \"non\" (did you mean \"none\"?)") &&
                 contains("possible are: none, eca"));
}

TEST_CASE("runs of the same seed are paired: the same weights where names and shapes agree, the same images",
          "[ablation]") {
  const std::vector<AblationRun> runs = runs_of(parse_ablation(kTwoArms, "a.txt"), "o", "o");
  const auto config_of = [&](size_t i) { return dynamic_cast<const TrainConfig&>(*runs[i].config); };
  const TrainConfig none = config_of(0), eca = config_of(1), other_seed = config_of(2);
  const auto network = [](const TrainConfig& config) {
    auto made = make_model(model_config(config, 3, 10));
    made->initialise(static_cast<uint64_t>(config.seed));
    return made;
  };
  const auto a = network(none), b = network(eca), c = network(other_seed);
  int64_t shared = 0, moved = 0;
  for (Parameter* p : a->parameters()) {
    for (Parameter* q : b->parameters()) {
      if (p->name != q->name) continue;
      ++shared;
      CAPTURE(p->name);
      CHECK(p->value.values() == q->value.values());
    }
    for (Parameter* q : c->parameters()) {
      moved += p->name == q->name && p->value.values() != q->value.values();
    }
  }
  CHECK(shared == static_cast<int64_t>(a->parameters().size()));
  CHECK(moved > 0);

  const Dataset data = load_dataset("synthetic:n=16,test=4,size=8,classes=4");
  const auto first_images = [&](const TrainConfig& config) {
    Loader loader(data.train, data.normalisation,
                  {.batch_size = 8,
                   .shuffle = true,
                   .drop_last = true,
                   .augment = parse_augment(config.augment),
                   .seed = static_cast<uint64_t>(config.seed)});
    Batch batch;
    loader.start_epoch(1, 0);
    REQUIRE(loader.next(batch));
    return batch.images;
  };
  CHECK(first_images(none) == first_images(eca));
  CHECK(first_images(none) != first_images(other_seed));
}

TEST_CASE("shards share the runs out without a rest", "[ablation]") {
  const std::vector<AblationRun> runs = runs_of(parse_ablation(kTwoArms, "a.txt"), "o", "o");
  std::set<std::string> folders;
  for (const int64_t index : {1, 2, 3}) {
    for (const AblationRun& run : shard_of(runs, {index, 3})) {
      CHECK(folders.insert(run.config->out).second);
    }
  }
  CHECK(folders.size() == runs.size());
  CHECK(shard_of(runs, parse_shard("9/9")).empty());
  for (const std::string text : {"0/2", "3/2", "1", "1/x", "1/2/3", ""}) {
    CHECK_THAT(error_text<Error>([&] { parse_shard(text); }),
               contains("shard: \"" + text + "\", expected i/n with 1 <= i <= n"));
  }
}

TEST_CASE("trainings at a time: as many as cores while there are enough runs", "[ablation]") {
  const auto check = [](JobOptions asked, int64_t runs, int64_t cores, int64_t jobs, int64_t threads) {
    const JobOptions found = resolved_jobs(asked, runs, cores);
    CAPTURE(asked.jobs, asked.threads, runs, cores);
    CHECK(found.jobs == jobs);
    CHECK(found.threads == threads);
  };
  check({}, 15, 2, 2, 1);
  check({}, 1, 2, 1, 2);
  check({}, 3, 8, 3, 2);
  check({.jobs = 2}, 15, 8, 2, 4);
  check({.threads = 4}, 15, 8, 2, 4);
  check({.jobs = 3, .threads = 5}, 1, 2, 3, 5);
  check({.jobs = 8}, 15, 2, 8, 1);
}

}  // namespace eca::test
