#include "data/sets/image_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/base/closest_name.hpp"
#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/parallel/threads.hpp"
#include "data/images/find_images.hpp"
#include "data/images/image_file.hpp"
#include "data/sets/held_out.hpp"

namespace eca {

namespace fs = std::filesystem;

namespace {

// One split before its images are read.
struct Split {
  fs::path folder;
  std::vector<fs::path> files;
  std::vector<int32_t> labels;
};

std::vector<fs::path> class_folders(const fs::path& split, SkippedFiles& skipped) {
  std::vector<fs::path> folders;
  for (const fs::path& entry : sorted_entries(split)) {
    if (!fs::is_directory(entry)) {
      skipped.count(entry);
    } else if (is_folder_name(entry)) {
      folders.push_back(entry);
    }
  }
  if (folders.empty()) throw FileError(split.string(), "holds no class folders");
  return folders;
}

std::vector<std::string> class_names(const fs::path& split) {
  SkippedFiles counted_later;
  std::vector<std::string> classes;
  for (const fs::path& folder : class_folders(split, counted_later))
    classes.push_back(folder.filename().string());
  return classes;
}

int32_t label_of(const fs::path& class_folder, const std::vector<std::string>& classes) {
  const std::string name = class_folder.filename().string();
  const auto found = std::find(classes.begin(), classes.end(), name);
  if (found == classes.end()) {
    throw FileError(class_folder.string(),
                    "there is no class of this name in train/" + did_you_mean(name, classes));
  }
  return static_cast<int32_t>(found - classes.begin());
}

Split list_split(const fs::path& folder, const std::vector<std::string>& classes, SkippedFiles& skipped) {
  Split split = {.folder = folder, .files = {}, .labels = {}};
  for (const fs::path& class_folder : class_folders(folder, skipped)) {
    const int32_t label = label_of(class_folder, classes);
    for (const fs::path& file : find_images(class_folder, skipped)) {
      split.files.push_back(file);
      split.labels.push_back(label);
    }
  }
  return split;
}

// Moves a share of the images to a test split of their own.
Split hold_out(Split& train, double share) {
  Split kept = {.folder = train.folder, .files = {}, .labels = {}}, test = kept;
  for (size_t i = 0; i < train.files.size(); ++i) {
    Split& goes_to =
        is_held_out(train.files[i].lexically_relative(train.folder).generic_string(), share) ? test : kept;
    goes_to.files.push_back(train.files[i]);
    goes_to.labels.push_back(train.labels[i]);
  }
  train = kept;
  return test;
}

// Classes of which a split has no image, joined by commas.
std::string empty_classes(const Split& split, const std::vector<std::string>& classes) {
  std::vector<std::string> empty;
  for (size_t label = 0; label < classes.size(); ++label) {
    if (std::find(split.labels.begin(), split.labels.end(), static_cast<int32_t>(label)) ==
        split.labels.end())
      empty.push_back(classes[label]);
  }
  return join(empty, ", ");
}

void check_classes(const Split& split, const char* name, const std::vector<std::string>& classes, bool strict,
                   std::vector<std::string>& notes) {
  if (split.files.empty())
    throw FileError(split.folder.string(), std::string("holds no ") + name + " images");
  const std::string empty = empty_classes(split, classes);
  if (empty.empty()) return;
  const std::string text = std::string("classes without ") + name + " images: " + empty;
  if (strict) throw FileError(split.folder.string(), text);
  notes.push_back(split.folder.string() + ": " + text);
}

// The image, or why it cannot be read.
struct Decoded {
  std::vector<uint8_t> pixels;
  std::exception_ptr error;
};

Decoded decode_one_image(const fs::path& file, const ImageFolderOptions& options) {
  try {
    return {read_image(file.string(), options.image_size, /*channels=*/3, {.exif = options.exif}), nullptr};
  } catch (...) {
    return {{}, std::current_exception()};
  }
}

std::string what_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  }
}

// Nothing may be thrown out of the parallel region; the error of the first file is, whatever the number of threads.
ImageSet decode_split(const Split& split, const std::vector<std::string>& classes,
                      const ImageFolderOptions& options, std::vector<std::string>& notes) {
  const auto N = static_cast<int64_t>(split.files.size());
  std::vector<Decoded> images(split.files.size());
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads_for(N))
  for (int64_t i = 0; i < N; ++i) images[i] = decode_one_image(split.files[i], options);

  ImageSet set{.name = split.folder.string(),
               .channels = 3,
               .height = options.image_size,
               .width = options.image_size,
               .pixels = {},
               .labels = {},
               .classes = classes};
  set.pixels.reserve(static_cast<size_t>(N * set.image_size()));
  for (size_t i = 0; i < images.size(); ++i) {
    if (images[i].error) {
      if (!options.skip_bad) std::rethrow_exception(images[i].error);
      notes.push_back("skipped: " + what_of(images[i].error));
      continue;
    }
    set.pixels.insert(set.pixels.end(), images[i].pixels.begin(), images[i].pixels.end());
    set.labels.push_back(split.labels[i]);
    images[i].pixels = {};
  }
  if (set.size() == 0) throw FileError(split.folder.string(), "holds no image that can be read");
  return set;
}

ImageSet without_images(const ImageSet& set) {
  return {.name = set.name,
          .channels = set.channels,
          .height = set.height,
          .width = set.width,
          .pixels = {},
          .labels = {},
          .classes = set.classes};
}

std::optional<fs::path> find_split(const std::string& dir, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (fs::is_directory(fs::path(dir) / name)) return fs::path(dir) / name;
  }
  return std::nullopt;
}

struct Splits {
  Split train, test;
};

Splits find_splits(const std::string& dir, const ImageFolderOptions& options,
                   std::vector<std::string>& classes, SkippedFiles& skipped) {
  if (!fs::is_directory(dir)) throw FileError(dir, "there is no such folder");
  const std::optional<fs::path> train = find_split(dir, {"train"}),
                                test = find_split(dir, {"test", "val", "valid"});
  if (options.test > 0) {
    if (test) throw FileError(test->string(), "holds test images already; expected no test=SHARE beside it");
    const fs::path all = train.value_or(fs::path(dir));
    classes = class_names(all);
    Splits splits = {list_split(all, classes, skipped), {}};
    splits.test = hold_out(splits.train, options.test);
    return splits;
  }
  if (!train || !test) {
    throw FileError(dir, std::string("holds no folder ") + (!train ? "train/" : "test/ nor val/") +
                             "; expected DIR/train/CLASS/images and the same in DIR/test or DIR/val, or "
                             "folder:DIR,test=0.2 to set a fifth of the images apart");
  }
  classes = class_names(*train);
  return {list_split(*train, classes, skipped), list_split(*test, classes, skipped)};
}

}  // namespace

Dataset load_image_folder(const std::string& dir, const ImageFolderOptions& options) {
  check_image_size(options.image_size);
  const bool all_to_test = options.test == 1;
  if (!all_to_test) check_held_out_share("folder", options.test);
  std::vector<std::string> classes;
  SkippedFiles skipped;
  const auto [train, test] = find_splits(dir, options, classes, skipped);

  Dataset result;
  result.name = "folder";
  for (const std::string& text : {skipped.str(), skipped.unread_images()}) {
    if (!text.empty()) result.notes.push_back(dir + ": passed over " + text);
  }
  if (!all_to_test) check_classes(train, "training", classes, options.strict, result.notes);
  check_classes(test, "test", classes, options.strict, result.notes);
  if (!all_to_test) result.train = decode_split(train, classes, options, result.notes);
  result.test = decode_split(test, classes, options, result.notes);
  if (all_to_test) result.train = without_images(result.test);
  result.normalisation = compute_normalisation(all_to_test ? result.test : result.train);
  return result;
}

bool holds_splits(const std::string& dir) {
  return find_split(dir, {"train", "test", "val", "valid"}).has_value();
}

}  // namespace eca
