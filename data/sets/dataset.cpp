#include "data/sets/dataset.hpp"

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/files/absolute_path.hpp"
#include "data/sets/cifar.hpp"
#include "data/sets/emnist.hpp"
#include "data/sets/idx.hpp"
#include "data/sets/image_folder.hpp"
#include "data/sets/npy.hpp"
#include "data/sets/synthetic.hpp"

namespace eca {

namespace {

constexpr const char* kFolderOptions[] = {"test", "skip-bad", "strict", "exif", "resize", "normalise"};

Normalisation parse_normalisation(const std::string& argument, const std::string& word) {
  if (word == "computed") return {};
  if (word == "imagenet") return kImageNetNormalisation;
  throw Error("data set folder:" + argument + ": normalise=" + word + ", expected computed or imagenet");
}

Dataset load_folder(const std::string& argument, const LoadOptions& load) {
  const size_t begin = options_begin(argument, kFolderOptions);
  OptionText text("folder" + (begin < argument.size() ? ":" + argument.substr(begin + 1) : ""));
  const ImageFolderOptions options = {
      .image_size = load.image_size == 0 ? kDefaultFolderImageSize : load.image_size,
      .resize = text.integer("resize", load.resize),
      .test = text.number("test", 0),
      .skip_bad = text.boolean("skip-bad", false),
      .strict = text.boolean("strict", false),
      .exif = text.boolean("exif", false),
      .normalisation = parse_normalisation(argument, text.word("normalise", "computed")),
      .memory = load.memory,
      .whole_train = load.whole_train,
      .test_only = load.test_only};
  text.finish();
  return load_image_folder(argument.substr(0, begin), options);
}

Dataset load_emnist_split(const std::string& argument, const LoadOptions&) {
  const size_t begin = argument.rfind(",split=");
  OptionText text("emnist" + (begin == std::string::npos ? "" : ":" + argument.substr(begin + 1)));
  const std::string split = text.word("split", "balanced");
  text.finish();
  return load_emnist(argument.substr(0, begin), split);
}

Dataset load_synthetic(const std::string& argument, const LoadOptions&) {
  OptionText text("synthetic" + (argument.empty() ? "" : ":" + argument));
  const SyntheticOptions defaults;
  const SyntheticOptions options = {.train = text.integer("n", defaults.train),
                                    .test = text.integer("test", defaults.test),
                                    .size = text.integer("size", defaults.size),
                                    .classes = text.integer("classes", defaults.classes)};
  text.finish();
  return make_synthetic(options);
}

// Kinds of data/detection/, which knows this folder and not the other way round.
constexpr const char* kOfDetectors[] = {"scenes", "coco"};

const DatasetKind& find_kind(const std::string& spec, const std::string& name) {
  for (const char* detectors : kOfDetectors) {
    if (name == detectors) {
      throw Error("data set \"" + spec +
                  "\" has images with several objects, for `eca detect`; here each image is of one class");
    }
  }
  std::vector<std::string> names;
  std::string lines;
  for (const DatasetKind& kind : dataset_kinds()) {
    if (kind.name == name) return kind;
    names.push_back(kind.name);
    lines += "\n  " + kind.syntax + std::string(kind.syntax.size() < 20 ? 20 - kind.syntax.size() : 0, ' ') +
             "  for example " + kind.example;
  }
  throw Error("unknown data set \"" + spec + "\"" + did_you_mean(name, names) + "; known are:" + lines);
}

// "IMAGES,LABELS,test=0.2": every part but the option is a path.
std::string absolute_paths(const std::string& argument) {
  std::vector<std::string> parts = split(argument, ',');
  for (std::string& part : parts) {
    if (!part.starts_with("test=")) part = absolute_path(part);
  }
  return join(parts, ",");
}

}  // namespace

const std::vector<DatasetKind>& dataset_kinds() {
  static const std::vector<DatasetKind> kinds = {
      // options behind a path do absolute_path() no harm
      {"cifar10", "cifar10:DIR", "CIFAR-10, binary or Python version: 60,000 RGB images 32x32, 10 classes",
       "cifar10:data/cifar-10-batches-bin",
       [](const std::string& dir, const LoadOptions&) { return load_cifar10(dir); }, absolute_path},
      {"cifar100", "cifar100:DIR",
       "CIFAR-100, binary or Python version: 60,000 RGB images 32x32, 100 classes",
       "cifar100:data/cifar-100-binary",
       [](const std::string& dir, const LoadOptions&) { return load_cifar100(dir); }, absolute_path},
      {"fashion-mnist", "fashion-mnist[:DIR]",
       "Fashion-MNIST: 70,000 grey images 28x28, 10 classes (Debian: dataset-fashion-mnist)", "fashion-mnist",
       [](const std::string& dir, const LoadOptions&) { return load_fashion_mnist(dir); }, absolute_path},
      {"mnist", "mnist:DIR", "MNIST: 70,000 grey images 28x28, 10 classes", "mnist:data/mnist",
       [](const std::string& dir, const LoadOptions&) { return load_mnist(dir); }, absolute_path},
      {"emnist", "emnist:DIR[,split=...]",
       "EMNIST: 28x28 grey; balanced, byclass, bymerge, digits, letters or mnist; 10 to 62 classes",
       "emnist:data/emnist", load_emnist_split, absolute_path},
      {"folder", "folder:DIR[,test=0.2]",
       "images in DIR/train/CLASS and DIR/test/CLASS, or in DIR/CLASS to be divided; resized to --image-size",
       "folder:photos", load_folder, absolute_path},
      {"npy", "npy:IMAGES,LABELS", "NumPy files: images (N,H,W[,C]) of bytes, labels (N); or npy:DIR",
       "npy:images.npy,labels.npy",
       [](const std::string& text, const LoadOptions&) { return load_npy(text); }, absolute_paths},
      {"synthetic", "synthetic[:n=2000,test=500,size=32,classes=10]",
       "drawn shapes and textures, needs no file; n training images", "synthetic:n=500,size=16",
       load_synthetic, nullptr},
  };
  return kinds;
}

Dataset load_dataset(const std::string& spec, const LoadOptions& options) {
  const auto [name, argument] = parse_data_spec(spec);
  const DatasetKind& kind = find_kind(spec, name);
  if (kind.needs_argument() && argument.empty()) {
    throw Error("data set " + kind.name + " needs to be told where it is: " + kind.syntax + ", for example " +
                kind.example);
  }
  if (options.image_size != 0 && kind.name != "folder") {
    throw Error("data set " + spec + ": an image size (" + std::to_string(options.image_size) +
                ") is for folder:DIR only");
  }
  Dataset data = kind.load(argument, options);
  if (data.train.classes.size() == 1)
    data.notes.push_back(spec + ": there is one class, so that every answer is right");
  return data;
}

std::string with_folder_option(const std::string& spec, const std::string& option) {
  if (spec.starts_with("folder:")) return spec + "," + option;
  throw Error(option.substr(0, option.find('=')) + ": expected only with data of folder:DIR, found \"" +
              spec + "\"");
}

std::string with_all_to_test(const std::string& spec) {
  const std::string kind = "folder:";
  if (!spec.starts_with(kind)) return spec;
  const std::string argument = spec.substr(kind.size());
  const size_t begin = options_begin(argument, kFolderOptions);
  const bool divided = argument.find(",test=", begin) != std::string::npos;
  return divided || holds_splits(argument.substr(0, begin)) ? spec : spec + ",test=1";
}

std::string with_absolute_paths(const std::string& spec) {
  return with_absolute_paths(spec, dataset_kinds());
}

}  // namespace eca
