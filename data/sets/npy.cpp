#include "data/sets/npy.hpp"

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "core/base/error.hpp"
#include "core/base/shape.hpp"
#include "core/base/text.hpp"
#include "data/file_bytes.hpp"
#include "data/sets/held_out.hpp"

namespace eca {

namespace fs = std::filesystem;

// ---- one array ----

int64_t NpyArray::size() const {
  return std::accumulate(extents.begin(), extents.end(), int64_t{1}, std::multiplies<>());
}

int64_t NpyArray::integer(int64_t i) const {
  const size_t width = static_cast<size_t>(type[1] - '0');
  const std::string_view value = bytes.substr(static_cast<size_t>(i) * width, width);
  uint64_t bits = 0;
  for (size_t j = 0; j < width; ++j) {
    bits = bits << 8 | static_cast<unsigned char>(value[big_endian ? j : width - 1 - j]);
  }
  if (type[0] == 'i' && width < 8 && (bits >> (8 * width - 1)) != 0) bits |= ~uint64_t{0} << (8 * width);
  return static_cast<int64_t>(bits);
}

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

// What stands behind 'key': in the header, up to the end of the value.
std::string_view header_value(const std::string& path, std::string_view header, const std::string& key) {
  const size_t at = header.find("'" + key + "':");
  if (at == std::string_view::npos) throw FileError(path, "its NumPy header has no '" + key + "'");
  std::string_view rest = header.substr(at + key.size() + 3);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const size_t end = rest.starts_with('(') ? rest.find(')') : rest.find_first_of(",}");
  if (end == std::string_view::npos)
    throw FileError(path, "its NumPy header is cut short after '" + key + "'");
  return rest.substr(0, end);
}

std::vector<int64_t> shape_of(const std::string& path, std::string_view text) {
  std::vector<int64_t> extents;
  if (!text.starts_with('(')) throw FileError(path, "its NumPy header has a shape that is no tuple");
  for (std::string word : split(std::string(text.substr(1)), ',')) {
    std::erase(word, ' ');
    if (word.empty()) continue;  // "(3,)"
    const std::optional<int64_t> extent = whole_number(word);
    if (!extent || *extent < 0) throw FileError(path, "its NumPy header has the extent \"" + word + "\"");
    extents.push_back(*extent);
  }
  return extents;
}

// Throws unless the values are as many as the shape asks for.
void check_bytes(const std::string& path, const NpyArray& array) {
  int64_t expected = array.type[1] - '0';
  for (const int64_t extent : array.extents) {
    if (__builtin_mul_overflow(expected, extent, &expected)) {
      throw FileError(path, "its shape has more values than a file can hold");
    }
  }
  if (expected != static_cast<int64_t>(array.bytes.size())) {
    throw FileError(path, "its shape asks for " + std::to_string(expected) + " bytes of values, found " +
                              std::to_string(array.bytes.size()));
  }
}

}  // namespace

NpyArray parse_npy(const std::string& path, std::string_view bytes) {
  if (!bytes.starts_with(kMagic))
    throw FileError(path, "is no NumPy array; expected a file that numpy.save wrote");
  if (bytes.size() < 12) throw FileError(path, "is cut short in its NumPy header");
  const int version = bytes[6];
  if (version < 1 || version > 3) {
    throw FileError(path, "NumPy format " + std::to_string(version) + ", expected 1, 2 or 3");
  }
  const size_t length_bytes = version == 1 ? 2 : 4, start = 8 + length_bytes;
  size_t length = 0;
  for (size_t i = length_bytes; i-- > 0;) length = length << 8 | static_cast<unsigned char>(bytes[8 + i]);
  if (length > bytes.size() - start) throw FileError(path, "is cut short in its NumPy header");

  const std::string_view header = bytes.substr(start, length);
  NpyArray array;
  std::string_view type = header_value(path, header, "descr");
  if (type.size() < 5 || type.front() != '\'' || type.back() != '\'') {
    throw FileError(path, "its values are records, expected numbers");
  }
  type = type.substr(1, type.size() - 2);  // "<i8"
  array.big_endian = type[0] == '>';
  array.type = type.substr(1);
  if (array.type.size() != 2 || array.type[1] < '1' || array.type[1] > '8') {
    throw FileError(path,
                    "its values are of type " + std::string(type) + ", expected numbers of at most 64 bits");
  }
  if (header_value(path, header, "fortran_order") != "False") {
    throw FileError(path, "is in Fortran order; save numpy.ascontiguousarray(a)");
  }
  array.extents = shape_of(path, header_value(path, header, "shape"));
  array.bytes = bytes.substr(start + length);
  check_bytes(path, array);
  return array;
}

// ---- a data set ----

namespace {

std::string shape_text(const NpyArray& array) {
  std::vector<std::string> words;
  for (const int64_t extent : array.extents) words.push_back(std::to_string(extent));
  return "(" + join(words, ",") + ")";
}

std::string_view text_of(const std::vector<uint8_t>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

void read_images(const std::string& path, ImageSet& set) {
  const std::vector<uint8_t> bytes = read_bytes(path);
  const NpyArray array = parse_npy(path, text_of(bytes));
  const auto& extents = array.extents;
  if (array.type != "u1") throw FileError(path, "images of type " + array.type + ", expected bytes (uint8)");
  if ((extents.size() != 3 && extents.size() != 4) || array.size() == 0) {
    throw FileError(path, "images of shape " + shape_text(array) + ", expected (N,H,W) or (N,H,W,C)");
  }
  set.height = extents[1], set.width = extents[2];
  set.channels = extents.size() == 4 ? extents[3] : 1;
  if (set.channels != 1 && set.channels != 3) {
    const bool planes = extents.size() == 4 && (extents[1] == 1 || extents[1] == 3);
    throw FileError(path, "images of shape " + shape_text(array) + ", expected 1 or 3 channels at its end" +
                              (planes ? "; save a.transpose(0, 2, 3, 1) made contiguous" : ""));
  }
  if (set.height != set.width) {
    throw FileError(path, "images of shape " + shape_text(array) + ", expected as many rows as columns");
  }
  set.pixels.assign(array.bytes.begin(), array.bytes.end());
}

void read_labels(const std::string& path, const std::string& images_path, ImageSet& set) {
  constexpr int64_t kMostClasses = 1 << 16;
  const std::vector<uint8_t> bytes = read_bytes(path);
  const NpyArray array = parse_npy(path, text_of(bytes));
  if (array.type[0] != 'i' && array.type[0] != 'u') {
    throw FileError(path, "labels of type " + array.type + ", expected integers");
  }
  const auto images = static_cast<int64_t>(set.pixels.size()) / set.image_size();
  if (array.extents != std::vector<int64_t>{images}) {
    throw FileError(path, "labels of shape " + shape_text(array) + ", expected (" + std::to_string(images) +
                              "), one for each image of " + images_path);
  }
  for (int64_t i = 0; i < images; ++i) {
    const int64_t label = array.integer(i);
    if (label < 0 || label >= kMostClasses) {
      throw FileError(path, "label " + std::to_string(label) + " of image " + std::to_string(i) +
                                ", expected 0 to " + std::to_string(kMostClasses - 1));
    }
    set.labels.push_back(static_cast<int32_t>(label));
  }
}

ImageSet read_split(const std::string& images, const std::string& labels) {
  ImageSet set;
  set.name = images;
  read_images(images, set);
  read_labels(labels, images, set);
  return set;
}

ImageSet hold_out(ImageSet& train, double share) {
  ImageSet kept = train, test = train;
  for (ImageSet* set : {&kept, &test}) set->pixels.clear(), set->labels.clear();
  for (int64_t i = 0; i < train.size(); ++i) {
    ImageSet& goes_to = is_held_out(std::to_string(i), share) ? test : kept;
    goes_to.pixels.insert(goes_to.pixels.end(), train.image(i), train.image(i) + train.image_size());
    goes_to.labels.push_back(train.labels[static_cast<size_t>(i)]);
  }
  if (test.size() == 0 || kept.size() == 0) {
    throw Error("npy: test = " + std::to_string(share) + " of " + std::to_string(train.size()) +
                " images leaves one split empty");
  }
  train = std::move(kept);
  return test;
}

void name_classes(Dataset& data, const fs::path& names_file) {
  int32_t largest = 0;
  for (const ImageSet* set : {&data.train, &data.test}) {
    largest = std::max(largest, *std::max_element(set->labels.begin(), set->labels.end()));
  }
  std::vector<std::string> names;
  if (fs::exists(names_file)) {
    names = read_lines(names_file.string());
    if (static_cast<int64_t>(names.size()) <= largest) {
      throw FileError(names_file.string(), std::to_string(names.size()) + " names, but there is a label " +
                                               std::to_string(largest));
    }
  } else {
    for (int32_t label = 0; label <= largest; ++label) names.push_back(std::to_string(label));
  }
  data.train.classes = data.test.classes = names;
}

}  // namespace

Dataset load_npy(const std::string& text) {
  constexpr double kShareOfAPair = 0.2;
  std::vector<std::string> files = split(text, ',');
  double share = kShareOfAPair;
  const bool share_given = files.back().starts_with("test=");
  if (share_given) {
    share = OptionText("npy:" + files.back()).number("test", share);
    check_held_out_share("npy", share);
    files.pop_back();
  }
  const fs::path folder = text;
  if (files.size() == 1 && fs::is_directory(folder)) {
    files = {folder / "train_images.npy", folder / "train_labels.npy", folder / "test_images.npy",
             folder / "test_labels.npy"};
  }
  if (files.size() != 4 && files.size() != 2) {
    throw Error(
        "npy: \"" + text +
        "\", expected IMAGES.npy,LABELS.npy or IMAGES.npy,LABELS.npy,TEST_IMAGES.npy,TEST_LABELS.npy, or a "
        "folder with train_images.npy, train_labels.npy, test_images.npy and test_labels.npy");
  }
  if (files.size() == 4 && share_given) throw Error("npy: test images and test=SHARE, expected one of them");

  Dataset data;
  data.name = "npy";
  data.train = read_split(files[0], files[1]);
  if (files.size() == 4) {
    data.test = read_split(files[2], files[3]);
    if (data.test.height != data.train.height || data.test.channels != data.train.channels) {
      throw FileError(files[2], "test images of another size than the training images in " + files[0]);
    }
  } else {
    data.test = hold_out(data.train, share);
    data.notes.push_back(files[0] + ": " + std::to_string(data.test.size()) +
                         " of its images are set apart to test with");
  }
  name_classes(data, fs::path(files[0]).parent_path() / "classes.txt");
  data.normalisation = compute_normalisation(data.train);
  return data;
}

}  // namespace eca
