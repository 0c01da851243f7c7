#include "experiments/training/train_config.hpp"

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/absolute_path.hpp"
#include "data/augment.hpp"
#include "data/data_memory.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/training/class_weights.hpp"
#include "experiments/training/fine_tuning.hpp"
#include "experiments/training/optimizers.hpp"

namespace eca {

TrainConfig::TrainConfig() {
  model = "eca_resnet20";
  data = "synthetic";
  augment = "crop+flip";
  epochs = 10;
  batch_size = 128;
  lr = 0.2;
  schedule = "triangular";
  nesterov = true;
  weight_decay = 5e-4;
}

const std::vector<ConfigKey>& TrainConfig::keys() const { return config_keys(); }

const std::vector<ConfigKey>& config_keys() {
  using C = TrainConfig;
  static const std::vector<ConfigKey> keys = {
      text_key("model", "network, see `eca list`", &C::model),
      text_key("attention", "module for a plain network: none, se:r=8, eca:k=5", &C::attention),
      text_key("shortcut", "A (no parameters) or B (1x1 convolution); default: the network's own",
               &C::shortcut),
      path_key("init", "begin with these weights: a file or a run directory; the network is then theirs",
               &C::init, absolute_path),
      text_key("freeze", "leave alone the parameters whose names or modules fit: conv1,layer[12]",
               &C::freeze),
      path_key("data",
               "cifar10:DIR, cifar100:DIR, fashion-mnist[:DIR], mnist:DIR, emnist:DIR, folder:DIR, npy:DIR, "
               "synthetic",
               &C::data, with_absolute_paths),
      integer_key("image-size", "side to which images of a folder are resized and cropped", &C::image_size),
      integer_key("epochs", "passes over the training images", &C::epochs),
      integer_key("steps", "end after this many steps instead (0: epochs decide)", &C::steps),
      integer_key("batch-size", "images in a step; fewer are left of an epoch, and are not trained on in it",
                  &C::batch_size),
      integer_key(
          "accumulate",
          "take each batch in so many parts, whose gradients add up to one step: large batches in little "
          "memory; batch norm sees a part",
          &C::accumulate),
      text_key("optimizer", join(optimizer_names(), ", "), &C::optimizer),
      number_key("lr", "highest learning rate of the schedule; 0.001 with adam and adamw, else", &C::lr),
      text_key("schedule",
               "constant, step:at=0.5/0.75,factor=0.1 or step:at=30/60 in epochs, exponential:factor=0.98 "
               "each epoch, "
               "cosine, triangular:warmup=0.2",
               &C::schedule),
      number_key("momentum", "of sgd", &C::momentum),
      boolean_key("nesterov", "Nesterov momentum in sgd: true or false", &C::nesterov),
      number_key("weight-decay", "on convolution and linear weights only", &C::weight_decay),
      number_key("label-smoothing", "share of the target spread over all classes", &C::label_smoothing),
      {"class-weights",
       "of the loss: balanced (rare classes count more), 1,2,0.5 in order of the classes, cat=2,dog=0.5, or "
       "a file of such lines",
       kDecides, [](const RunConfig& config) { return static_cast<const C&>(config).class_weights; },
       [](RunConfig& config, const std::string& text) {
         static_cast<C&>(config).class_weights = class_weights_text(text);
       }},
      text_key("sampling", "all: every image once an epoch, or balanced: every class equally often",
               &C::sampling),
      text_key("augment", "none, or crop, flip, cutout:SIDE, resized-crop, jitter, lighting joined by +",
               &C::augment),
      integer_key("seed", "of initial weights, data order and augmentation", &C::seed),
      integer_key("threads", "0: all cores; never changes a number", &C::threads, kDoesNotDecide),
      integer_key(
          "loader-threads",
          "that decode and augment images; 0: one, or all cores for images of a folder that are decoded as "
          "needed; never changes a number",
          &C::loader_threads, kDoesNotDecide),
      text_key("data-memory",
               "for decoded images of a folder, such as 500M or 16G; where they need more, they are decoded "
               "as needed; "
               "auto: half of what is free; never changes a number",
               &C::data_memory, kDoesNotDecide),
      text_key("kernels", "fast, ref: plain loops to read and step through, or cuda: on a GPU", &C::kernels),
      boolean_key("tf32", "on a GPU, round the factors of products to TF32: true or false", &C::tf32),
      text_key("ops", "fused, plain: blocks op by op, or by-kernels: plain beside ref", &C::ops),
      integer_key("evaluate-every",
                  "epochs from one evaluation on the test images to the next; the last epoch always has one",
                  &C::evaluate_every, kDoesNotDecide),
      number_key("checkpoint-every", "seconds between checkpoints within an epoch", &C::checkpoint_every,
                 kDoesNotDecide),
      boolean_key("tensorboard", "write event files for TensorBoard: true or false", &C::tensorboard,
                  kDoesNotDecide),
      text_key("out", "run directory (default: runs/MODEL-DATA-seedN)", &C::out, kDoesNotDecide),
  };
  return keys;
}

void check_config(const TrainConfig& config) {
  check_run_config(config);
  const auto network = make_model(model_config(config, 3, 10));  // names and options
  if (!config.freeze.empty()) {
    network->name_parameters();
    freeze(*network, config.freeze);
  }
  check_range("accumulate", static_cast<double>(config.accumulate), 1, 1e9, "at least 1 and at most 1e9");
  if (config.batch_size % config.accumulate != 0) {
    throw Error("accumulate: " + std::to_string(config.accumulate) + ", expected a divisor of batch-size " +
                std::to_string(config.batch_size));
  }
  check_range("image-size", static_cast<double>(config.image_size), 4, 4096, "4 to 4096");
  check_range("label-smoothing", config.label_smoothing, 0, 0.999999, "0 <= s < 1");
  check_range("loader-threads", static_cast<double>(config.loader_threads), 0, 1024, "0 to 1024");
  parse_data_memory(config.data_memory);
  if (config.sampling != "all" && config.sampling != "balanced") {
    throw Error("sampling: \"" + config.sampling + "\", expected all or balanced");
  }
  parse_augment(config.augment);
}

void check_image_size(const TrainConfig& config, bool named) {
  if (config.data.starts_with("folder:")) return;
  if (!named && config.image_size == TrainConfig{}.image_size) return;
  throw Error("image-size: " + std::to_string(config.image_size) + ", but the data are \"" + config.data +
              "\"; expected only with folder:DIR, all other data have a size of their own");
}

ModelConfig model_config(const TrainConfig& config, int64_t in_channels, int64_t classes) {
  ModelConfig model = {.name = config.model,
                       .attention = config.attention,
                       .shortcut = std::nullopt,
                       .in_channels = in_channels,
                       .classes = classes};
  if (!config.shortcut.empty()) model.shortcut = parse_shortcut(config.shortcut);
  return model;
}

std::string run_directory(const TrainConfig& config) {
  if (!config.out.empty()) return config.out;
  std::string attention = config.attention;
  for (char& c : attention) {
    if (c == ':' || c == ',' || c == '=') c = '_';
  }
  return "runs/" + (attention.empty() ? "" : attention + "-") + config.model + "-" +
         config.data.substr(0, config.data.find(':')) + "-seed" + std::to_string(config.seed) +
         (config.init.empty() ? "" : "-tuned");
}

}  // namespace eca
