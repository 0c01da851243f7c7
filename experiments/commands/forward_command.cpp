// eca forward: the network as a function from file to file, to hold it against another framework.
#include <array>
#include <cstdio>

#include "core/autograd/tape.hpp"
#include "core/base/error.hpp"
#include "core/files/safetensors.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/commands/machine_options.hpp"
#include "layers/cross_entropy.hpp"
#include "layers/state_dict.hpp"
#include "models/registry.hpp"

namespace eca {

namespace {

struct ForwardArguments {
  std::string model, attention, shortcut, weights, input, output, gradients;
  double label_smoothing = 0;
  bool train_mode = false;
  MachineOptions machine;
};

// The bias of the last layer, one value for each class.
const FileTensor& head_bias(const TensorFile& weights) {
  const char* name = weights.tensors.contains("classifier.1.bias") ? "classifier.1.bias" : "fc.bias";
  const FileTensor& bias = weights.at(name);
  if (bias.shape.size() != 1) {
    throw FileError(weights.path, "tensor \"" + std::string(name) + "\": expected one axis, the classes");
  }
  return bias;
}

// Input channels come from the input, the number of classes from the last layer's weights.
ModelConfig model_of(const ForwardArguments& arguments, const TensorFile& weights, const Tensor& x) {
  ModelConfig config = {.name = arguments.model,
                        .attention = arguments.attention,
                        .shortcut = std::nullopt,
                        .in_channels = x.dim(3),
                        .classes = head_bias(weights).shape[0]};
  if (!arguments.shortcut.empty()) config.shortcut = parse_shortcut(arguments.shortcut);
  return config;
}

std::unique_ptr<Module> load_network(const ForwardArguments& arguments, const Tensor& x) {
  const TensorFile weights = read_safetensors(arguments.weights);
  auto network = make_model(model_of(arguments, weights, x));
  network->initialise(0);
  load_state(*network, weights);
  network->train(arguments.train_mode);
  return network;
}

std::vector<int32_t> labels_of(const TensorFile& file) {
  std::vector<int32_t> labels;
  for (const int64_t label : file.at("labels").integers()) labels.push_back(static_cast<int32_t>(label));
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
  const Tensor x = from_nchw(input.at("input"), "input");
  const auto network = load_network(arguments, x);
  const bool with_gradients = !arguments.gradients.empty();
  if (with_gradients && !input.tensors.contains("labels")) {
    throw FileError(input.path, "no tensor \"labels\" (N of int64), which --gradients needs");
  }

  Tape tape;
  const Tensor logits = (*network)(x);
  TensorFile output;
  output.tensors.emplace("logits", FileTensor::of(logits.shape().extents(), logits.values()));
  if (input.tensors.contains("labels")) {
    const Tensor loss = cross_entropy(logits, labels_of(input), arguments.label_smoothing);
    output.tensors.emplace("loss", scalar(loss));
    std::printf("loss %.9g\n", static_cast<double>(loss.item()));
    if (with_gradients) {
      tape.backward(loss);
      write_gradients(arguments.gradients, *network, loss);
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
  command->add_option("--model", arguments->model, "network, see `eca list`")->required();
  command->add_option("--attention", arguments->attention, "module for a plain network: se:r=8, eca:k=5");
  command->add_option("--shortcut", arguments->shortcut, "A or B (default: the network's own)");
  command->add_option("--weights", arguments->weights, "safetensors with PyTorch's names and axis order")
      ->required();
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
