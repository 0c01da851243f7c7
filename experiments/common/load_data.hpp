#pragma once

#include <string>

#include "data/image_set.hpp"

namespace eca {

// Of folders of images, see ImageFolderOptions.
struct FolderWishes {
  std::string memory = "auto";  // see parse_data_memory(); a split that needs more is decoded image by image
  bool whole_train = false, test_only = false;
  int64_t resize = 0;  // where the spec does not say it
};

// The data that `spec` names; what is out of the ordinary with them is said on stderr. Images of a folder are brought to
// folder_image_size; all other data have a size of their own. Throws what load_dataset throws.
Dataset load_data(const std::string& spec, int64_t folder_image_size, const FolderWishes& wishes = {});

// Says which images could not be read and were passed over since the last call: how many, and the first of them. All ranks call it;
// each then knows what any of them has met, so that no image is said twice.
void warn_of_unreadable(const ImageSet& set);

// "eca: warning: ...", on stderr.
void warn(const std::string& text);

}  // namespace eca
