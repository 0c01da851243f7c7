// What decides the numbers of a run. A checkpoint holds it, so that --resume can tell whether it would go on with the same
// run, and what has changed.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/image_set.hpp"
#include "experiments/training/train_config.hpp"

namespace eca {

// One split of the data, by what reaches the network: pixels in their order. So a data set may be moved or copied, and no
// changed byte goes unnoticed. Of a folder of images it is their files, how they are read, and the normalisation of the training
// images, which another decoder would change (see fingerprint_of() in data/sets/folder_listing.hpp): the same whether the images
// are in memory or not, and without decoding them all.
struct SplitIdentity {
  std::vector<int64_t> images;  // of each class
  // SHA-256. pixels: of a folder with kOfFiles before it.
  std::string labels, pixels;

  friend bool operator==(const SplitIdentity&, const SplitIdentity&) = default;
};

inline const std::string kOfFiles = "files ";

struct Identity {
  // The keys that decide numbers, as in config.txt, but for `data`: where the data lie does not matter, what they are does.
  std::map<std::string, std::string> settings;
  std::vector<std::string> classes;
  std::string image_shape;  // "32x32x3", height, width, channels
  SplitIdentity train, test;
  // In place of these two, of images with objects: "training images" and "test images", each "24 images, " and a SHA-256.
  std::map<std::string, std::string> sets{};
  std::map<std::string, std::string> arithmetic;  // arithmetic_record(): decides the last bits
  std::vector<std::string> earlier_epochs;        // the setting `epochs` before the run was prolonged
  std::vector<std::string> earlier_data;  // data_text() of what was trained on before --accept-changed-data

  friend bool operator==(const Identity&, const Identity&) = default;
};

// Of a run that begins now. Reads every byte of the data once, at more than a gigabyte a second; of a large folder of images, the
// names and sizes of the files.
Identity identity_of(const TrainConfig& config, const Dataset& data,
                     const std::map<std::string, std::string>& arithmetic);

std::map<std::string, std::string> settings_of(const RunConfig& config);

// What forbids going on, a line each: "batch-size: expected 8, found 16". A setting that the older one does not know had the
// value that is now its default, in `defaults`.
std::vector<std::string> setting_differences(const std::map<std::string, std::string>& expected,
                                             const std::map<std::string, std::string>& found,
                                             const std::map<std::string, std::string>& defaults);
std::vector<std::string> data_differences(const Identity& expected, const Identity& found);

// Whether a network of one can go on with the data of the other: same classes, same shape of images.
bool same_form(const Identity& a, const Identity& b);

// The data in one line: "32 training images (labels 5d0c..., pixels 81ab...), 20 test images (...)", or, of images with objects,
// "test images 4 images, 5d0c..., training images 24 images, 81ab...".
std::string data_text(const Identity& identity);

// What may change the last bits, a line each.
std::vector<std::string> arithmetic_differences(const Identity& expected, const Identity& found);

// As text in a checkpoint, and back. from_text throws Error if the text is not readable.
std::string to_text(const Identity& identity);
Identity identity_from_text(const std::string& text);

}  // namespace eca
