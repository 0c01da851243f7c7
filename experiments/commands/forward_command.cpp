// eca forward: the network as a function from file to file, to hold it against another framework.
#include <array>
#include <cstdio>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/files/safetensors.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "experiments/commands/weight_options.hpp"
#include "layers/cross_entropy.hpp"
#include "layers/state_dict.hpp"

namespace eca {

namespace {

struct ForwardArguments {
  WeightOptions weights;
  std::string input, output, gradients;
  double label_smoothing = 0;
  bool train_mode = false;
  MachineOptions machine;
};

// `input` (N,C,H,W) with as many channels as the network takes.
Tensor input_of(const TensorFile& file, int64_t channels) {
  const FileTensor& input = file.at("input");
  const Shape shape(input.shape);
  const bool four = input.shape.size() == 4;
  if (four && input.shape[1] == channels) return from_nchw(input, "input");
  throw FileError(file.path, "tensor \"input\" " + shape.str() + ": expected (N,C,H,W) with C = " +
                                 std::to_string(channels) + ", the channels that the weights take" +
                                 (four && input.shape[3] == channels ? "; this looks like (N,H,W,C)" : ""));
}

// `labels` (N) of whole numbers, each a class.
std::vector<int32_t> labels_of(const TensorFile& file, int64_t N, int64_t classes) {
  const FileTensor& tensor = file.at("labels");
  const auto refuse = [&](const std::string& problem) {
    throw FileError(file.path, "tensor \"labels\": " + problem);
  };
  if (tensor.shape != std::vector<int64_t>{N}) {
    refuse("expected shape " + Shape({N}).str() + ", a label for each image, found " +
           Shape(tensor.shape).str());
  }
  if (!is_integer(tensor.dtype)) {
    refuse(std::string("expected whole numbers (int64, int32, uint8, ...), found ") +
           pytorch_name(tensor.dtype));
  }
  std::vector<int32_t> labels;
  for (const int64_t label : tensor.integers()) {
    if (label < 0 || label >= classes) {
      refuse("expected classes from 0 to " + std::to_string(classes - 1) + ", found " +
             std::to_string(label));
    }
    labels.push_back(static_cast<int32_t>(label));
  }
  return labels;
}

FileTensor scalar(const Tensor& tensor) { return FileTensor::of({}, std::array{tensor.item()}); }

void write_gradients(const std::string& path, Module& network, const Tensor& loss) {
  TensorFile file;
  file.tensors.emplace("loss", scalar(loss));
  for (const Parameter* parameter : network.parameters()) {
    Parameter gradient = *parameter;
    gradient.value = parameter->value.grad();
    file.tensors.emplace(parameter->name, to_file(gradient));
  }
  write_safetensors(path, file);
}

int run_forward(const ForwardArguments& arguments) {
  arguments.machine.apply();
  const TensorFile input = read_safetensors(arguments.input);
  const LoadedModel model = arguments.weights.load();
  const ModelConfig& config = model.card.model;
  const Tensor x = input_of(input, config.in_channels);
  model.network->train(arguments.train_mode);
  const bool with_gradients = !arguments.gradients.empty();
  if (with_gradients && !input.tensors.contains("labels")) {
    throw FileError(input.path, "no tensor \"labels\" (N whole numbers), which --gradients needs");
  }

  Tape tape;
  const Tensor logits = (*model.network)(x);
  TensorFile output;
  output.tensors.emplace("logits", FileTensor::of(logits.shape().extents(), logits.values()));
  if (input.tensors.contains("labels")) {
    const Tensor loss =
        cross_entropy(logits, labels_of(input, x.dim(0), config.classes), arguments.label_smoothing);
    output.tensors.emplace("loss", scalar(loss));
    std::printf("loss %.9g\n", static_cast<double>(loss.item()));
    if (with_gradients) {
      tape.backward(loss);
      write_gradients(arguments.gradients, *model.network, loss);
    }
  }
  write_safetensors(arguments.output, output);
  std::printf("logits %s -> %s\n", logits.shape().str().c_str(), arguments.output.c_str());
  return 0;
}

}  // namespace

void add_forward_command(Command& program, int& code) {
  Command* command =
      program.add_subcommand("forward", "Run a network from file to file, to compare with another framework");
  auto arguments = std::make_shared<ForwardArguments>();
  command
      ->add_option("--weights", arguments->weights.weights,
                   "safetensors with PyTorch's names and axis order, or a run directory")
      ->required();
  add_network_options(*command, arguments->weights);
  command
      ->add_option("--input", arguments->input, "safetensors with `input` (N,C,H,W), optionally `labels` (N)")
      ->required();
  command
      ->add_option("--output", arguments->output,
                   "writes `logits` (N,classes), and `loss` if there are labels")
      ->required();
  command->add_option("--gradients", arguments->gradients,
                      "writes `loss` and dLoss/dParameter under its name");
  command->add_option("--label-smoothing", arguments->label_smoothing, "of the loss [0]");
  command->add_flag("--train-mode", arguments->train_mode,
                    "batch statistics in batch norm, not the running ones");
  add_machine_options(*command, arguments->machine);
  command->footer(
      "A program built with `make REAL=double` computes and writes in double. Example:\n"
      "  eca forward --model eca_resnet20 --weights w.safetensors --input x.safetensors --output "
      "y.safetensors \\\n"
      "              --gradients g.safetensors --train-mode");
  command->callback([arguments, &code] { code = run_forward(*arguments); });
}

}  // namespace eca
