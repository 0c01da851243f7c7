#include "data/sets/image_folder.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <optional>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "core/parallel/threads.hpp"
#include "data/images/find_images.hpp"
#include "data/images/image_file.hpp"
#include "data/sets/folder_listing.hpp"
#include "data/sets/folder_source.hpp"
#include "data/sets/held_out.hpp"

namespace eca {

namespace fs = std::filesystem;

namespace {

// Classes of which a split has no image, joined by commas.
std::string empty_classes(const ListedSplit& split, const std::vector<std::string>& classes) {
  std::vector<bool> has_images(classes.size());
  for (const int32_t label : split.labels) has_images[static_cast<size_t>(label)] = true;
  std::vector<std::string> empty;
  for (size_t label = 0; label < classes.size(); ++label) {
    if (!has_images[label]) empty.push_back(classes[label]);
  }
  return join(empty, ", ");
}

void check_classes(const ListedSplit& split, const char* name, const std::vector<std::string>& classes,
                   bool strict, std::vector<std::string>& notes) {
  if (split.size() == 0) throw FileError(split.folder.string(), std::string("holds no ") + name + " images");
  const std::string empty = empty_classes(split, classes);
  if (empty.empty()) return;
  const std::string text = std::string("classes without ") + name + " images: " + empty;
  if (strict) throw FileError(split.folder.string(), text);
  notes.push_back(split.folder.string() + ": " + text);
}

// ---- one split as an image set ----

ImageSet set_of(const std::shared_ptr<const ListedSplit>& split, const std::vector<std::string>& classes,
                const ImageFolderOptions& options) {
  return {.name = split->folder.string(),
          .channels = 3,
          .height = options.image_size,
          .width = options.image_size,
          .pixels = {},
          .labels = split->labels,
          .classes = classes,
          .unreadable = options.skip_bad ? std::make_shared<UnreadableImages>() : nullptr};
}

std::shared_ptr<const ImageSource> files_of(const std::shared_ptr<const ListedSplit>& split,
                                            const ImageFolderOptions& options, bool whole) {
  return std::make_shared<FilesSource>(
      split,
      FolderReading{.size = whole ? 0 : options.image_size, .resize = options.resize, .exif = options.exif});
}

// The same set with all that its source gives in memory. Nothing may be thrown out of the parallel region; the error of the
// first file is, whatever the number of threads.
void keep_in_memory(ImageSet& set, bool whole) {
  const int64_t N = set.size();
  std::vector<std::shared_ptr<const Image>> images(static_cast<size_t>(whole ? N : 0));
  std::vector<std::exception_ptr> errors(static_cast<size_t>(N));
  set.pixels.resize(static_cast<size_t>(whole ? 0 : N * set.image_size()));
#pragma omp parallel for schedule(dynamic, 16) num_threads(threads_for(N))
  for (int64_t i = 0; i < N; ++i) {
    try {
      const std::shared_ptr<const Image> image = set.source->read(i);
      if (whole) {
        images[static_cast<size_t>(i)] = image;
      } else {
        std::copy(image->pixels.begin(), image->pixels.end(), set.pixels.begin() + i * set.image_size());
      }
    } catch (...) {
      errors[static_cast<size_t>(i)] = std::current_exception();
    }
  }
  int64_t bad = 0;
  for (int64_t i = 0; i < N; ++i) {
    try {
      if (errors[static_cast<size_t>(i)]) std::rethrow_exception(errors[static_cast<size_t>(i)]);
    } catch (const FileError& error) {
      if (!set.unreadable) throw;
      set.unreadable->add(i, error.what());
      ++bad;
    }
  }
  if (bad == N) throw FileError(set.name, "holds no image that can be read");
  set.source = whole ? std::make_shared<KeptSource>(std::move(images)) : nullptr;
}

// Bytes of the decoded split. Whole images have to be looked at: some of them, evenly spread.
double bytes_in_memory(const ImageSet& set, bool whole) {
  const int64_t N = set.size();
  if (!whole) return static_cast<double>(N * set.image_size());
  constexpr int64_t kLookedAt = 128;
  const int64_t n = std::min(N, kLookedAt);
  double bytes = 0;
  for (int64_t k = 0; k < n; ++k) {
    try {
      bytes += static_cast<double>(set.source->read(k * N / n)->pixels.size());
    } catch (const FileError&) {  // said when it is needed
    }
  }
  return bytes / static_cast<double>(n) * static_cast<double>(N);
}

// ---- both splits ----

struct Splits {
  ListedSplit train, test;
};

std::optional<fs::path> find_split(const std::string& dir, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (fs::is_directory(fs::path(dir) / name)) return fs::path(dir) / name;
  }
  return std::nullopt;
}

Splits find_splits(const std::string& dir, const ImageFolderOptions& options,
                   std::vector<std::string>& classes, SkippedFiles& skipped) {
  if (!fs::is_directory(dir)) throw FileError(dir, "there is no such folder");
  const std::optional<fs::path> train = find_split(dir, {"train"}),
                                test = find_split(dir, {"test", "val", "valid"});
  if (options.test > 0) {
    if (test) throw FileError(test->string(), "holds test images already; expected no test=SHARE beside it");
    const fs::path all = train.value_or(fs::path(dir));
    classes = class_folders(all);
    Splits splits = {list_split(all, classes, skipped), {}};
    splits.test = hold_out(splits.train, options.test);
    return splits;
  }
  if (!train || !test) {
    throw FileError(dir, std::string("holds no folder ") + (!train ? "train/" : "test/ nor val/") +
                             "; expected DIR/train/CLASS/images and the same in DIR/test or DIR/val, or "
                             "folder:DIR,test=0.2 to set a fifth of the images apart");
  }
  classes = class_folders(*train);
  return {list_split(*train, classes, skipped), list_split(*test, classes, skipped)};
}

// How the images are read, for the fingerprint. The normalisation stands for the decoders.
std::string reading_text(const ImageFolderOptions& options, const Normalisation& normalisation) {
  std::string text = "resize " + std::to_string(options.resize) + " exif " + std::to_string(options.exif);
  for (const std::vector<double>* values : {&normalisation.mean, &normalisation.std}) {
    for (const double value : *values) {
      char number[32];
      std::snprintf(number, sizeof number, " %.17g", value);
      text += number;
    }
  }
  return text;
}

}  // namespace

Dataset load_image_folder(const std::string& dir, const ImageFolderOptions& options) {
  check_image_size(options.image_size);
  check_resize(options.resize, options.image_size);
  const bool all_to_test = options.test == 1;
  if (!all_to_test) check_held_out_share("folder", options.test);
  std::vector<std::string> classes;
  SkippedFiles skipped;
  Splits listed = find_splits(dir, options, classes, skipped);

  Dataset result;
  result.name = "folder";
  result.resize = options.resize;
  for (const std::string& text : {skipped.str(), skipped.unread_images()}) {
    if (!text.empty()) result.notes.push_back(dir + ": passed over " + text);
  }
  if (!all_to_test) check_classes(listed.train, "training", classes, options.strict, result.notes);
  check_classes(listed.test, "test", classes, options.strict, result.notes);

  const auto train = std::make_shared<const ListedSplit>(std::move(listed.train));
  const auto test = std::make_shared<const ListedSplit>(std::move(listed.test));
  result.train = set_of(train, classes, options);
  result.test = set_of(test, classes, options);
  result.train.source = files_of(train, options, options.whole_train);
  result.test.source = files_of(test, options, /*whole=*/false);

  // The smaller split has the first claim to the memory.
  auto left = static_cast<double>(options.memory);
  const bool test_first = test->size() <= train->size();
  for (ImageSet* set :
       {test_first ? &result.test : &result.train, test_first ? &result.train : &result.test}) {
    const bool whole = set == &result.train && options.whole_train;
    if (set->size() == 0 || (options.test_only && set == &result.train)) continue;
    const double bytes = bytes_in_memory(*set, whole);
    if (bytes > left) continue;
    left -= bytes;
    keep_in_memory(*set, whole);
  }
  if (options.normalisation.mean.empty()) {
    ImageSet same = all_to_test ? result.test : result.train;
    if (options.whole_train && !all_to_test) same.source = files_of(train, options, /*whole=*/false);
    result.normalisation = compute_normalisation(same, kMostToNormaliseBy);
  } else {
    result.normalisation = options.normalisation;
  }
  for (const ImageSet* set : {&result.train, &result.test}) {
    if (!set->unreadable) continue;
    for (const std::string& why : set->unreadable->say_new()) result.notes.push_back("skipped: " + why);
  }
  const std::string how = reading_text(options, result.normalisation);
  result.train.fingerprint = [train, how] { return fingerprint_of(*train, how); };
  result.test.fingerprint = [test, how] { return fingerprint_of(*test, how); };
  return result;
}

bool holds_splits(const std::string& dir) {
  return find_split(dir, {"train", "test", "val", "valid"}).has_value();
}

}  // namespace eca
