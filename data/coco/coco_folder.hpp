// A folder as COCO is unpacked, "coco:DIR":
//
//   DIR/annotations/instances_train2017.json, or train.json, ...     one file for each split
//   DIR/train2017/000000000009.jpg, ...                              its images: below DIR/SPLIT, DIR/images/SPLIT,
//                                                                    DIR/images or DIR
#pragma once

#include <string>
#include <vector>

#include "data/coco/coco_json.hpp"
#include "data/images/image.hpp"

namespace eca {

// One split: its annotations, and where its images are.
struct CocoFolder {
  CocoDataset set;
  std::string images;  // the folder below which their file names lead

  std::string path_of(const CocoImage& image) const { return images + "/" + image.file_name; }
};

// The names of its splits, sorted: "train2017" of instances_train2017.json, "train" of train.json. Files of COCO's other tasks
// (captions_*, person_keypoints_*, stuff_*, panoptic_*, image_info_*) are passed over. Throws FileError if there are none.
std::vector<std::string> coco_splits(const std::string& dir);

// The split of this name, or the only one whose name begins with it: "train" finds train2017. Throws FileError where there is
// none, where an image's file does not exist, and as read_coco does.
CocoFolder read_coco_folder(const std::string& dir, const std::string& split,
                            const CocoReadOptions& options = {});

// The image's pixels, not turned by EXIF data, as COCO's boxes are not. Throws FileError if it cannot be read or has other
// extents than the annotations say.
Image read_coco_image(const CocoFolder& folder, const CocoImage& image);

}  // namespace eca
