#include "data/sets/dataset.hpp"

#include <charconv>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "data/sets/cifar.hpp"
#include "data/sets/idx.hpp"
#include "data/sets/image_folder.hpp"
#include "data/sets/synthetic.hpp"

namespace eca {

std::vector<DatasetKind> dataset_kinds() {
  return {
      {.name = "cifar10",
       .syntax = "cifar10:DIR",
       .description = "CIFAR-10, binary version: 60,000 RGB images 32x32, 10 classes",
       .example = "cifar10:data/cifar-10-batches-bin"},
      {.name = "cifar100",
       .syntax = "cifar100:DIR",
       .description = "CIFAR-100, binary version: 60,000 RGB images 32x32, 100 classes",
       .example = "cifar100:data/cifar-100-binary"},
      {.name = "fashion-mnist",
       .syntax = "fashion-mnist[:DIR]",
       .description = "Fashion-MNIST: 70,000 grey images 28x28, 10 classes (Debian: dataset-fashion-mnist)",
       .example = "fashion-mnist"},
      {.name = "mnist",
       .syntax = "mnist:DIR",
       .description = "MNIST: 70,000 grey images 28x28, 10 classes",
       .example = "mnist:data/mnist"},
      {.name = "folder",
       .syntax = "folder:DIR",
       .description = "JPEG and PNG files in DIR/train/CLASS and DIR/test/CLASS, resized to --image-size",
       .example = "folder:photos"},
      {.name = "synthetic",
       .syntax = "synthetic[:n=2000,test=500,size=32,classes=10]",
       .description = "drawn shapes and textures, needs no file; n training images",
       .example = "synthetic:n=500,size=16"}};
}

static std::string kinds_as_lines() {
  std::string lines;
  for (const DatasetKind& kind : dataset_kinds()) {
    lines += "\n  " + kind.syntax + std::string(kind.syntax.size() < 20 ? 20 - kind.syntax.size() : 0, ' ') +
             "  for example " + kind.example;
  }
  return lines;
}

static std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const DatasetKind& kind : dataset_kinds()) names.push_back(kind.name);
  return names;
}

static int64_t parse_integer(const std::string& option, const std::string& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  throw Error("synthetic: " + option + "=" + text + " is not a whole number");
}

static void set_synthetic_option(const std::string& assignment, SyntheticOptions& options) {
  const size_t equals = assignment.find('=');
  const std::string key = assignment.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : assignment.substr(equals + 1);
  int64_t* target = key == "n"         ? &options.train
                    : key == "test"    ? &options.test
                    : key == "size"    ? &options.size
                    : key == "classes" ? &options.classes
                                       : nullptr;
  if (target == nullptr) {
    throw Error("synthetic: unknown option \"" + key + "\"" +
                did_you_mean(key, {"n", "test", "size", "classes"}) +
                "; options are n, test, size, classes, as in synthetic:n=500,size=16");
  }
  *target = parse_integer(key, value);
}

static SyntheticOptions parse_synthetic(const std::string& text) {
  SyntheticOptions options;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    set_synthetic_option(text.substr(begin, end - begin), options);
    begin = end + 1;
  }
  return options;
}

static DatasetKind find_kind(const std::string& spec, const std::string& name) {
  for (const DatasetKind& kind : dataset_kinds()) {
    if (kind.name == name) return kind;
  }
  throw Error("unknown data set \"" + spec + "\"" + did_you_mean(name, kind_names()) +
              "; known are:" + kinds_as_lines());
}

Dataset load_dataset(const std::string& spec, int64_t image_size) {
  const size_t colon = spec.find(':');
  const std::string argument = colon == std::string::npos ? "" : spec.substr(colon + 1);
  const DatasetKind kind = find_kind(spec, spec.substr(0, colon));

  const bool needs_folder = kind.syntax == kind.name + ":DIR";
  if (needs_folder && argument.empty()) {
    throw Error("data set " + kind.name + " needs a folder: " + kind.syntax + ", for example " +
                kind.example);
  }
  if (image_size != 0 && kind.name != "folder") {
    throw Error("data set " + spec + ": an image size (" + std::to_string(image_size) +
                ") is for folder:DIR only");
  }
  if (kind.name == "cifar10") return load_cifar10(argument);
  if (kind.name == "cifar100") return load_cifar100(argument);
  if (kind.name == "fashion-mnist") return load_fashion_mnist(argument);
  if (kind.name == "mnist") return load_mnist(argument);
  if (kind.name == "folder")
    return load_image_folder(argument, image_size == 0 ? kDefaultFolderImageSize : image_size);
  return make_synthetic(parse_synthetic(argument));
}

}  // namespace eca
