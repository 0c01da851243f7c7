#include "experiments/training/train_config.hpp"

#include <charconv>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/kernel_mode.hpp"
#include "core/base/text.hpp"
#include "core/files/absolute_path.hpp"
#include "core/optim/schedule.hpp"
#include "data/augment.hpp"
#include "data/data_memory.hpp"
#include "data/sets/dataset.hpp"
#include "experiments/common/config_lines.hpp"
#include "experiments/training/class_weights.hpp"
#include "experiments/training/fine_tuning.hpp"
#include "experiments/training/optimizers.hpp"
#include "layers/ops_mode.hpp"

namespace eca {

namespace {

[[noreturn]] void refuse(const std::string& key, const std::string& text, const char* expected) {
  throw Error(key + ": \"" + text + "\", expected " + expected);
}

int64_t parse_integer(const std::string& key, const std::string& text) {
  if (const auto value = whole_number(text)) return *value;
  const size_t sign = text.starts_with("-") ? 1 : 0;
  const bool digits = text.size() > sign && text.find_first_not_of("0123456789", sign) == std::string::npos;
  refuse(key, text, digits ? "a whole number of at most 18 digits" : "a whole number");
}

double parse_number(const std::string& key, const std::string& text) {
  if (const auto value = finite_number(text)) return *value;
  refuse(key, text, "a finite number");
}

bool parse_boolean(const std::string& key, const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  refuse(key, text, "true or false");
}

// The shortest text that reads back as the same double.
std::string number_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

constexpr bool kDecides = true, kDoesNotDecide = false;

ConfigKey text_key(const char* name, const std::string& description, std::string TrainConfig::*field,
                   bool decides = kDecides) {
  return {name, description, decides, [=](const TrainConfig& config) { return config.*field; },
          [=](TrainConfig& config, const std::string& text) { config.*field = text; }};
}

// The value as a path, or what holds one, from the root: a run is looked at from other folders, too.
ConfigKey path_key(const char* name, const std::string& description, std::string TrainConfig::*field,
                   std::string (*absolute)(const std::string& text)) {
  return {name, description, kDecides, [=](const TrainConfig& config) { return config.*field; },
          [=](TrainConfig& config, const std::string& text) { config.*field = absolute(text); }};
}

ConfigKey integer_key(const char* name, const char* description, int64_t TrainConfig::*field,
                      bool decides = kDecides) {
  return {name, description, decides,
          [=](const TrainConfig& config) { return std::to_string(config.*field); },
          [=](TrainConfig& config, const std::string& text) { config.*field = parse_integer(name, text); }};
}

ConfigKey number_key(const char* name, const char* description, double TrainConfig::*field,
                     bool decides = kDecides) {
  return {name, description, decides, [=](const TrainConfig& config) { return number_text(config.*field); },
          [=](TrainConfig& config, const std::string& text) { config.*field = parse_number(name, text); }};
}

ConfigKey boolean_key(const char* name, const char* description, bool TrainConfig::*field,
                      bool decides = kDecides) {
  return {name, description, decides,
          [=](const TrainConfig& config) { return std::string(config.*field ? "true" : "false"); },
          [=](TrainConfig& config, const std::string& text) { config.*field = parse_boolean(name, text); }};
}

}  // namespace

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
       kDecides, [](const C& config) { return config.class_weights; },
       [](C& config, const std::string& text) { config.class_weights = class_weights_text(text); }},
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

void set_key(TrainConfig& config, const std::string& key, const std::string& value) {
  std::vector<std::string> names;
  for (const ConfigKey& known : config_keys()) {
    if (known.name == key) {
      known.set(config, value);
      config.given.insert(key);
      return;
    }
    names.push_back(known.name);
  }
  throw Error("unknown key \"" + key + "\"" + did_you_mean(key, names) +
              "\n  possible are: " + join(names, ", "));
}

void read_config_text(TrainConfig& config, const std::string& text, const std::string& path) {
  std::set<std::string> seen;
  for (const ConfigLine& line : config_lines(text)) {
    try {
      const auto [key, value] = key_and_value(line.text);
      if (!seen.insert(key).second) throw Error("key \"" + key + "\" is given twice");
      set_key(config, key, value);
    } catch (const Error& error) {
      throw FileError(path, "line " + std::to_string(line.number) + ": " + error.what());
    }
  }
}

void read_config_file(TrainConfig& config, const std::string& path) {
  read_config_text(config, read_config_bytes(path), path);
}

std::string to_text(const TrainConfig& config) {
  std::string text;
  for (const ConfigKey& key : config_keys()) {
    if (optimizer_uses(config.optimizer, key.name)) text += key.name + " = " + key.get(config) + "\n";
  }
  return text;
}

static void check_range(const char* key, double value, double low, double high, const char* expected) {
  if (!(value >= low && value <= high))
    throw Error(std::string(key) + ": " + number_text(value) + ", expected " + expected);
}

void check_config(const TrainConfig& config) {
  for (const ConfigKey& key : config_keys()) {
    if (fits_a_line(key.get(config))) continue;
    throw Error(
        key.name + ": \"" + key.get(config) +
        "\" cannot stand in config.txt, where '#' at the beginning or behind a blank starts a comment: "
        "expected one line without that, and without blanks around it");
  }
  constexpr double kMany = 1e9;
  const auto network = make_model(model_config(config, 3, 10));  // names and options
  if (!config.freeze.empty()) {
    network->name_parameters();
    freeze(*network, config.freeze);
  }
  check_range("epochs", static_cast<double>(config.epochs), 1, kMany, "at least 1 and at most 1e9");
  check_range("steps", static_cast<double>(config.steps), 0, kMany, "at least 0 and at most 1e9");
  check_range("batch-size", static_cast<double>(config.batch_size), 1, kMany, "at least 1 and at most 1e9");
  check_range("accumulate", static_cast<double>(config.accumulate), 1, kMany, "at least 1 and at most 1e9");
  if (config.batch_size % config.accumulate != 0) {
    throw Error("accumulate: " + std::to_string(config.accumulate) + ", expected a divisor of batch-size " +
                std::to_string(config.batch_size));
  }
  check_range("image-size", static_cast<double>(config.image_size), 4, 4096, "4 to 4096");
  check_range("lr", config.lr, 0, 1e30, "0 to 1e30");
  check_range("momentum", config.momentum, 0, 0.999999, "0 <= momentum < 1");
  check_range("weight-decay", config.weight_decay, 0, kMany, "at least 0");
  check_range("label-smoothing", config.label_smoothing, 0, 0.999999, "0 <= s < 1");
  check_range("seed", static_cast<double>(config.seed), 0, 9e18, "at least 0");
  check_range("threads", static_cast<double>(config.threads), 0, 1024, "0 to 1024");
  check_range("loader-threads", static_cast<double>(config.loader_threads), 0, 1024, "0 to 1024");
  parse_data_memory(config.data_memory);
  check_range("evaluate-every", static_cast<double>(config.evaluate_every), 1, kMany,
              "at least 1 and at most 1e9");
  check_range("checkpoint-every", config.checkpoint_every, 0, kMany, "at least 0 seconds");
  check_optimizer(config.optimizer);
  parse_schedule(config.schedule);
  if (config.sampling != "all" && config.sampling != "balanced") {
    throw Error("sampling: \"" + config.sampling + "\", expected all or balanced");
  }
  parse_augment(config.augment);
  parse_kernel_mode(config.kernels);
  parse_ops_mode(config.ops);
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
