// Data sets by the text a user types: cifar10:DIR, fashion-mnist, synthetic:n=500, ...
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/data_kind.hpp"
#include "data/image_set.hpp"

namespace eca {

// Of folders only; all other data have a size of their own, and lie in memory.
struct LoadOptions {
  int64_t image_size = 0;      // 0: the default
  int64_t resize = 0;          // where the spec does not say it
  int64_t memory = INT64_MAX;  // see ImageFolderOptions
  bool whole_train = false;    // the same
  bool test_only = false;      // the same
};

// Loads what `spec` names, see dataset_kinds(). Throws Error if the text is wrong (with the list of kinds), FileError if a file
// is.
Dataset load_dataset(const std::string& spec, const LoadOptions& options = {});

using DatasetKind = DataKind<Dataset, LoadOptions>;

// To add a data set: a reader in this folder, a row here.
const std::vector<DatasetKind>& dataset_kinds();

// "folder:DIR" with an option more: ("folder:photos", "skip-bad=true") -> "folder:photos,skip-bad=true". Throws Error if the
// spec is of other data.
std::string with_folder_option(const std::string& spec, const std::string& option);

// What to evaluate on: "folder:DIR" with images in DIR/CLASS alone, of which none are set apart, becomes "folder:DIR,test=1".
// Any other spec stays as it is.
std::string with_all_to_test(const std::string& spec);

// The same data from every folder: "folder:photos,test=0.2" -> "folder:/data/photos,test=0.2". What names no file, or no
// kind of data, stays as it is.
std::string with_absolute_paths(const std::string& spec);

}  // namespace eca
