// eca step: one backward pass, node by node.
#include <cmath>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/files/atomic_file.hpp"
#include "data/loader.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/picture_options.hpp"
#include "experiments/commands/weight_options.hpp"
#include "experiments/common/format.hpp"
#include "experiments/common/graphviz.hpp"
#include "experiments/common/load_data.hpp"
#include "experiments/step/key_terminal.hpp"
#include "experiments/step/step_session.hpp"
#include "experiments/step/step_watch.hpp"
#include "experiments/training/not_finite.hpp"
#include "experiments/training/run_directory.hpp"
#include "layers/cross_entropy.hpp"

namespace eca {

namespace {

struct StepArguments {
  WeightOptions weights;
  std::string data, to;
  int64_t batch_size = 8, seed = 1;
  PictureOptions picture;
  MachineOptions machine;
};

// What the pass begins with.
struct StepInput {
  std::string name;  // of the network
  std::unique_ptr<Module> network;
  std::string images;  // "synthetic train"
  Tensor x;            // (N,H,W,C)
  std::vector<int32_t> labels;
};

struct Quit {};

// Those of --data, else those that the run was trained on, else a few synthetic ones.
Dataset data_for(const StepArguments& arguments, int64_t image_size) {
  const std::string& weights = arguments.weights.weights;
  std::string spec = arguments.data;
  if (spec.empty() && !weights.empty()) spec = data_of_run(folder_of_weights(weights));
  if (spec.empty()) {
    spec =
        "synthetic:n=" + std::to_string(arguments.batch_size) + ",test=1,size=" + std::to_string(image_size);
  }
  return load_data(spec, image_size);
}

void check_data_fits(const Dataset& data, const ModelConfig& model) {
  const auto classes = static_cast<int64_t>(data.train.classes.size());
  if (data.train.channels == model.in_channels && classes <= model.classes) return;
  throw Error("step: the weights are of a network for images of " + std::to_string(model.in_channels) +
              " channels and " + std::to_string(model.classes) + " classes; " + data.name + " has " +
              std::to_string(data.train.channels) + " channels and " + std::to_string(classes) +
              " classes; choose other images with --data");
}

// The first images of the training data, as they are.
void read_batch(StepInput& input, const Dataset& data, const Normalisation& normalisation,
                int64_t batch_size) {
  Loader loader(data.train, normalisation, {.batch_size = batch_size, .prefetch = 0});
  loader.start_epoch(0);
  Batch batch;
  loader.next(batch);
  input.images = data.train.name;
  input.x =
      Tensor::from({batch.size, data.train.height, data.train.width, data.train.channels}, batch.images);
  input.x.set_name("input");
  input.labels = batch.labels;
}

StepInput new_network(const StepArguments& arguments) {
  const ModelWishes& wishes = arguments.weights.wishes;
  ModelConfig model{.attention = wishes.attention};
  if (!wishes.model.empty()) model.name = wishes.model;
  if (!wishes.shortcut.empty()) model.shortcut = parse_shortcut(wishes.shortcut);
  const Dataset data = data_for(arguments, family_of(model.name).image_size);
  model.in_channels = data.train.channels;
  model.classes = static_cast<int64_t>(data.train.classes.size());
  StepInput input{.name = model.name, .network = make_model(model)};
  input.network->initialise(static_cast<uint64_t>(arguments.seed));
  read_batch(input, data, data.normalisation, arguments.batch_size);
  return input;
}

StepInput trained_network(const StepArguments& arguments) {
  LoadedModel loaded = arguments.weights.load();
  const Dataset data = data_for(arguments, loaded.card.image_size);
  check_data_fits(data, loaded.card.model);
  StepInput input{.name = loaded.card.model.name, .network = std::move(loaded.network)};
  const bool known = !loaded.card.normalisation.mean.empty();
  read_batch(input, data, known ? loaded.card.normalisation : data.normalisation, arguments.batch_size);
  return input;
}

// Where the forward pass stops being finite, if it does.
void report_not_finite(const StepInput& input) {
  const NoGrad no_grad;
  std::printf("the loss is not finite; %s\n", where_not_finite(*input.network, input.x).c_str());
}

void walk_to_file(Tape& tape, const Tensor& loss, const std::string& path) {
  const size_t nodes = tape.size();
  std::string text = csv_head(), first_bad;
  StepWatch watch([&](const StepRow& row) {
    text += csv_line(row);
    if (first_bad.empty() && has_not_finite(row)) first_bad = screen_text(row);
  });
  tape.backward(loss);
  write_file_atomically(path, text);
  std::printf("%zu nodes -> %s\n", nodes, path.c_str());
  if (!first_bad.empty()) std::printf("the first with a NaN or an infinity:\n%s", first_bad.c_str());
}

void walk_by_keys(Tape& tape, const Tensor& loss) {
  std::printf("%s\n", StepSession::help());
  std::fflush(stdout);
  KeyTerminal terminal;
  StepSession session(
      places_of(tape), [&] { return terminal.key(); }, std::cout);
  StepWatch watch([&](const StepRow& row) {
    if (!session.take(row)) throw Quit();
  });
  try {
    tape.backward(loss);
    std::printf("the walk is over%s%s\n", session.unmet().empty() ? "" : ": ", session.unmet().c_str());
  } catch (const Quit&) {
  }
}

void draw(const Tape& tape, const PictureOptions& picture) {
  std::ostringstream graph;
  dump_dot(tape, graph, picture.module);
  write_graph(picture.path, graph.str());
  std::printf("%zu nodes -> %s\n", tape.size(), picture.path.c_str());
}

int run_step(const StepArguments& arguments) {
  arguments.picture.check();
  if (arguments.to.empty() && !arguments.picture.wanted() && !KeyTerminal::there()) {
    throw Error(
        "step: standard input is no terminal, in which a key would go on to the next node; --to FILE writes "
        "a row for each");
  }
  arguments.machine.apply();
  const bool trained = !arguments.weights.weights.empty();
  const StepInput input = trained ? trained_network(arguments) : new_network(arguments);
  input.network->train();

  Tape tape;
  const Tensor loss = cross_entropy((*input.network)(input.x), input.labels);
  if (arguments.picture.wanted()) {
    draw(tape, arguments.picture);
    return 0;
  }
  std::printf("%s, %lld images of %s: loss %.6g; %zu nodes, walked from #%zu to #0; %lld bytes live\n",
              input.name.c_str(), static_cast<long long>(input.x.dim(0)), input.images.c_str(),
              static_cast<double>(loss.item()), tape.size(), tape.size() - 1,
              static_cast<long long>(memory_stats().live_bytes));
  if (!std::isfinite(loss.item())) report_not_finite(input);
  if (arguments.to.empty()) {
    walk_by_keys(tape, loss);
  } else {
    walk_to_file(tape, loss, arguments.to);
  }
  return 0;
}

}  // namespace

void add_step_command(Command& program, int& code) {
  Command* command = program.add_subcommand("step", "Walk a backward pass node by node, at a key press each");
  auto arguments = std::make_shared<StepArguments>();
  command->add_option("weights,--weights", arguments->weights.weights,
                      "run directory, or weight file (default: a new network)");
  add_network_options(*command, arguments->weights);
  command->add_option("--data", arguments->data,
                      "data set whose first training images go in [those of the run; of a new network "
                      "synthetic, of its size]");
  command->add_option("--batch-size", arguments->batch_size, "images [8]")->range(1, 1 << 20);
  command->add_option("--seed", arguments->seed, "of a new network [1]")->range(0, 1'000'000'000);
  command->add_option("--to", arguments->to,
                      "FILE: ask for no keys; write a row for each node, comma-separated");
  add_picture_options(*command, arguments->picture);
  add_machine_options(*command, arguments->machine);
  command->footer(
      std::string("Keys:\n") + StepSession::help() +
      "Shown of each node: range and norm of dy, of each gradient that it wrote and of each tensor "
      "that it had saved, the bytes\n"
      "of these, those freed after it and those still live. See docs/debugging.md. Examples:\n"
      "  eca step\n"
      "  eca step --model eca_resnet20 --ops plain --to backward.csv\n"
      "  eca step runs/eca_resnet20-cifar10-seed1\n"
      "  eca step --picture block.svg --module layer1.0 --ops plain");
  command->callback([arguments, &code] { code = run_step(*arguments); });
}

}  // namespace eca
