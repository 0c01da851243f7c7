// The images of a listed folder: decoded whenever they are asked for, or once and kept.
#pragma once

#include <memory>

#include "data/image_source.hpp"
#include "data/sets/folder_listing.hpp"

namespace eca {

struct FolderReading {
  int64_t size = 0;    // side to which images are brought; 0: whole images, of extents of their own
  int64_t resize = 0;  // of the shorter side before that, see resized_and_cropped(); 0: size
  bool exif = false;   // turn images as their EXIF data say
};

class FilesSource final : public ImageSource {
 public:
  FilesSource(std::shared_ptr<const ListedSplit> split, const FolderReading& reading)
      : split_(std::move(split)), reading_(reading) {}
  std::shared_ptr<const Image> read(int64_t i) const override;
  bool in_memory() const override { return false; }

 private:
  std::shared_ptr<const ListedSplit> split_;
  FolderReading reading_;
};

// Images that are kept as they were read. Null: one that could not be read, and is passed over.
class KeptSource final : public ImageSource {
 public:
  explicit KeptSource(std::vector<std::shared_ptr<const Image>> images) : images_(std::move(images)) {}
  std::shared_ptr<const Image> read(int64_t i) const override { return images_.at(static_cast<size_t>(i)); }
  bool in_memory() const override { return true; }

 private:
  std::vector<std::shared_ptr<const Image>> images_;
};

}  // namespace eca
