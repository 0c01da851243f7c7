// eca ablate
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/atomic_file.hpp"
#include "core/files/make_folder.hpp"
#include "core/parallel/agreement.hpp"
#include "core/parallel/ranks.hpp"
#include "experiments/ablation/ablate.hpp"
#include "experiments/ablation/ablation_pictures.hpp"
#include "experiments/ablation/ablation_report.hpp"
#include "experiments/ablation/child_process.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/common/interrupt.hpp"

namespace eca {

namespace {

const char* const kConfigName = "ablation.txt";

struct AblateArguments {
  std::string config_file, out, runs, shard = "1/1", report, pictures;
  std::vector<std::string> verify;  // arm and seed
  JobOptions jobs;
};

// Shards may end at the same moment: one at a time writes.
void print_report(const Ablation& ablation, const std::string& out) {
  const FolderLock lock(out, /*wait=*/true);
  std::printf("\n%s\nreport: %s/report.md\n", write_report(ablation, out).c_str(), out.c_str());
}

int run_report(const std::string& out) {
  const std::string path = out + "/" + kConfigName;
  const Ablation ablation = parse_ablation(read_config_bytes(path), path);
  keep_records(ablation, runs_of(ablation, out, out));
  print_report(ablation, out);
  return 0;
}

// Trains a run that has a record once more, and compares.
int run_verify(const Ablation& ablation, const std::vector<AblationRun>& runs,
               const AblateArguments& arguments) {
  if (arguments.verify.size() != 2) throw Error("verify: expected an arm and a seed, as in --verify eca 1");
  const std::string &arm = arguments.verify[0], &seed = arguments.verify[1];
  const auto run = std::find_if(runs.begin(), runs.end(), [&](const AblationRun& one) {
    return one.arm == arm && std::to_string(one.config->seed) == seed;
  });
  if (run == runs.end())
    throw Error("verify: no arm \"" + arm + "\" with a seed " + seed + " in the ablation");
  if (!std::filesystem::exists(run->record))
    throw FileError(run->record, "no record of this run to compare with");
  const RunRecord expected = read_record(run->record);
  const std::string folder = run->config->out + "-verified";
  const std::shared_ptr<RunConfig> config = run->config->copy();
  config->out = folder;
  const AblationRun again = {run->arm, config, folder + "/record.json"};
  check_existing_runs({again});
  const AblateResult result = train_runs(ablation, {again}, {.jobs = 1, .threads = arguments.jobs.threads});
  if (result.interrupted) return kInterruptedCode;
  if (result.failed > 0 || result.elsewhere > 0) return 1;
  const RunRecord found = read_record(again.record);
  const std::vector<std::string> differences = record_differences(expected, found);
  if (differences.empty()) {
    std::printf("verified: %s seed %s has the same weights, sha256 %s\n", arm.c_str(), seed.c_str(),
                found.weights_sha256.c_str());
    std::filesystem::remove_all(folder);
    return 0;
  }
  throw Error(arm + " seed " + seed + ", trained again in " + folder + ", differs from " + run->record +
              ":\n  " + join(differences, "\n  ") + "\nmade with\n  " + made_with(expected) +
              "\nand now with\n  " + made_with(found));
}

int run_pictures(const std::string& out) {
  const std::string path = out + "/" + kConfigName;
  const Ablation ablation = parse_ablation(read_config_bytes(path), path);
  if (!draw_pictures(ablation, out)) {
    throw Error(out + ": no pictures; expected gnuplot (see `eca info`), and a finished run in report.csv");
  }
  const std::string& what = ablation.scores.front().file;
  std::printf("drawn: %s/%s_params.png and %s_time.png\n", out.c_str(), what.c_str(), what.c_str());
  return 0;
}

// What --report reads later.
void store_config(const std::string& text, const std::string& out) {
  make_folder(out);
  const FolderLock lock(out, /*wait=*/true);
  write_file_atomically(out + "/" + kConfigName, text);
}

// Ranks share the runs among them; each trains its own as a single process does.
std::vector<AblationRun> shard_of_rank(const std::vector<AblationRun>& runs) {
  return shard_of(runs, {.index = rank() + 1, .count = ranks()});
}

AblateResult of_all_ranks(const AblateResult& here) {
  std::array<int64_t, 3> counts = {here.failed, here.elsewhere, here.interrupted};
  add_up_counts(counts);
  return {.interrupted = counts[2] > 0, .failed = counts[0], .elsewhere = counts[1]};
}

int run_ablate(const AblateArguments& arguments) {
  if (!arguments.report.empty()) return run_report(arguments.report);
  if (!arguments.pictures.empty()) return run_pictures(arguments.pictures);
  if (arguments.config_file.empty()) throw Error("no configuration file, expected eca ablate CONFIG");
  const std::string text = read_config_bytes(arguments.config_file);
  const Ablation ablation = parse_ablation(text, arguments.config_file);
  const std::string stem = std::filesystem::path(arguments.config_file).stem().string();
  const std::string out = arguments.out.empty() ? "runs/ablations/" + stem : arguments.out;
  const std::vector<AblationRun> all = runs_of(ablation, out, arguments.runs.empty() ? out : arguments.runs);
  if (!arguments.verify.empty()) return run_verify(ablation, all, arguments);
  const std::vector<AblationRun> runs = shard_of_rank(shard_of(all, parse_shard(arguments.shard)));
  check_existing_runs(all);
  store_config(text, out);
  std::printf("%zu arms, %zu seeds: %zu runs in %s\n", ablation.arms.size(), ablation.seeds.size(),
              all.size(), out.c_str());
  const AblateResult result = of_all_ranks(train_runs(ablation, runs, arguments.jobs));
  if (result.interrupted) {
    std::printf("interrupted; the same command goes on where this one stopped\n");
    return kInterruptedCode;
  }
  if (rank() == 0) print_report(ablation, out);
  if (result.elsewhere > 0) {
    std::printf("%lld runs were left to another process that is at work on them\n",
                static_cast<long long>(result.elsewhere));
  }
  if (result.failed > 0) {
    std::printf("%lld runs failed; the same command tries them again\n",
                static_cast<long long>(result.failed));
  }
  return result.failed > 0 || result.elsewhere > 0 ? 1 : 0;
}

}  // namespace

void add_ablate_command(Command& program, int& code) {
  Command* command =
      program.add_subcommand("ablate", "Train several arms with several seeds each, and compare them");
  auto arguments = std::make_shared<AblateArguments>();
  command->add_option("config", arguments->config_file, "file with recipe, seeds and arms");
  command->add_option("--out", arguments->out,
                      "folder of the report and the records it is made from [runs/ablations/NAME]");
  command->add_option(
      "--runs", arguments->runs,
      "folder of the run directories [that of --out]: what is large, beside what is kept in git");
  command->add_option("--verify", arguments->verify,
                      "ARM SEED: train this run again, and compare its weights with those of its record");
  command->add_option("--shard", arguments->shard, "i/n: every n-th run only, from the i-th [1/1]");
  command->add_option("--jobs", arguments->jobs.jobs, "trainings at a time (0: as many as cores) [0]")
      ->range(0, 1024);
  command->add_option("--threads", arguments->jobs.threads, "of each training (0: cores / jobs) [0]")
      ->range(0, 1024);
  command->add_option("--report", arguments->report, "DIR: train nothing, write the report of DIR again");
  command->add_option("--pictures", arguments->pictures,
                      "DIR: draw the pictures of DIR again, from ablation.txt, report.csv and timing.csv");
  command->footer(
      "A configuration file, see docs/ablations.md and experiments/ablations/:\n"
      "  data = cifar10:data\n"
      "  model = resnet20\n"
      "  epochs = 10\n"
      "  seeds = 1 2 3\n"
      "  arm none:\n"
      "  arm eca: attention = eca\n"
      "  arm se: attention = se:r=8; lr = 0.1\n"
      "With a line `task = detection` all keys are those of `eca detect train`.\n"
      "Examples:\n"
      "  eca ablate experiments/ablations/small.txt\n"
      "  eca ablate experiments/ablations/small.txt            # again: goes on where it was stopped\n"
      "  eca ablate experiments/ablations/table2.txt --shard 1/2 --jobs 8\n"
      "  eca ablate --report runs/ablations/small\n"
      "  eca ablate experiments/ablations/small.txt --verify eca 1\n"
      "Every run is a run directory of its own, RUNS/ARM/seed-N, and leaves a record, "
      "OUT/records/ARM/seed-N.json: with it "
      "the\nrun is done, wherever it was trained. Exit code: 0 done, 1 a run failed, 2 wrong "
      "usage,\n"
      "130 interrupted.");
  command->callback([arguments, &code] { code = run_ablate(*arguments); });
}

}  // namespace eca
