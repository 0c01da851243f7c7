#include "data/sets/idx.hpp"

#include <zlib.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>

#include "core/base/error.hpp"

namespace eca {

namespace fs = std::filesystem;

struct CloseGzip {
  void operator()(gzFile_s* file) const { gzclose(file); }
};

// All bytes of a file, decompressed if it is gzipped. Reading up to the end makes zlib verify its checksum.
static std::vector<uint8_t> read_maybe_gzipped(const std::string& path) {
  constexpr unsigned kBlock = 1 << 20;
  errno = 0;
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(path.c_str(), "rb"));
  if (!file) throw FileError(path, std::string("cannot be opened: ") + std::strerror(errno));
  std::vector<uint8_t> bytes;
  for (int got = 1; got > 0;) {
    const size_t end = bytes.size();
    bytes.resize(end + kBlock);
    got = gzread(file.get(), &bytes[end], kBlock);
    bytes.resize(end + (got > 0 ? static_cast<size_t>(got) : 0));
  }
  int code = Z_OK;
  const char* message = gzerror(file.get(), &code);
  if (code == Z_ERRNO) throw FileError(path, std::string("cannot be read: ") + std::strerror(errno));
  if (code == Z_BUF_ERROR) throw FileError(path, "truncated gzip file (zlib: unexpected end of file)");
  if (code != Z_OK) throw FileError(path, std::string("corrupt gzip file (zlib: ") + message + ")");
  return bytes;
}

static int64_t big_endian_32(const uint8_t* p) {
  return int64_t{p[0]} << 24 | int64_t{p[1]} << 16 | int64_t{p[2]} << 8 | int64_t{p[3]};
}

static std::string hex(const uint8_t* p, size_t count) {
  constexpr const char* kHexDigits = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < count; ++i) text += {kHexDigits[p[i] >> 4], kHexDigits[p[i] & 15], ' '};
  if (!text.empty()) text.pop_back();
  return text;
}

static void check_magic(const std::string& path, const std::vector<uint8_t>& bytes, int rank) {
  const uint8_t expected[4] = {0, 0, 8, static_cast<uint8_t>(rank)};
  if (bytes.size() < 4 || std::memcmp(bytes.data(), expected, 4) != 0) {
    throw FileError(path, "wrong magic: expected " + hex(expected, 4) + " (IDX, unsigned bytes, rank " +
                              std::to_string(rank) + "), found " +
                              hex(bytes.data(), std::min<size_t>(bytes.size(), 4)));
  }
}

// Product of the extents, at most `limit` (an extent in a damaged header can be anything below 2^32).
static int64_t product_up_to(const std::vector<int64_t>& extents, int64_t limit) {
  int64_t product = 1;
  for (const int64_t extent : extents) {
    if (extent > 0 && product > limit / extent) return limit;
    product *= extent;
  }
  return product;
}

static void check_value_count(const std::string& path, const std::vector<int64_t>& extents, int64_t found) {
  const int64_t expected = product_up_to(extents, INT64_MAX);
  if (found == expected) return;
  std::string shape;
  for (const int64_t extent : extents) shape += (shape.empty() ? "" : "x") + std::to_string(extent);
  throw FileError(path, std::string(found < expected ? "truncated" : "oversized") + ": expected " +
                            std::to_string(expected) + " values (" + shape + ") after the header, found " +
                            std::to_string(found));
}

IdxArray read_idx(const std::string& path, int rank) {
  IdxArray array;
  array.values = read_maybe_gzipped(path);
  check_magic(path, array.values, rank);
  const size_t header = 4 + 4 * static_cast<size_t>(rank);
  if (array.values.size() < header) {
    throw FileError(path, "truncated: expected a header of " + std::to_string(header) + " bytes, found " +
                              std::to_string(array.values.size()));
  }
  for (size_t at = 4; at < header; at += 4) array.extents.push_back(big_endian_32(&array.values[at]));
  array.values.erase(array.values.begin(), array.values.begin() + static_cast<std::ptrdiff_t>(header));
  check_value_count(path, array.extents, static_cast<int64_t>(array.values.size()));
  return array;
}

ImageSet read_idx_split(const std::string& images_path, const std::string& labels_path,
                        const std::vector<std::string>& classes, int first_label) {
  IdxArray images = read_idx(images_path, 3);
  const IdxArray labels = read_idx(labels_path, 1);
  if (images.extents[0] != labels.extents[0]) {
    throw FileError(labels_path, "holds " + std::to_string(labels.extents[0]) + " labels, but " +
                                     images_path + " holds " + std::to_string(images.extents[0]) + " images");
  }
  const int last_label = first_label + static_cast<int>(classes.size()) - 1;
  std::vector<int32_t> from_zero;
  for (size_t i = 0; i < labels.values.size(); ++i) {
    const int label = labels.values[i];
    if (label < first_label || label > last_label) {
      throw FileError(labels_path, "label " + std::to_string(i) + " is " + std::to_string(label) +
                                       ", allowed are " + std::to_string(first_label) + ".." +
                                       std::to_string(last_label));
    }
    from_zero.push_back(label - first_label);
  }
  return {.name = images_path,
          .channels = 1,
          .height = images.extents[1],
          .width = images.extents[2],
          .pixels = std::move(images.values),
          .labels = std::move(from_zero),
          .classes = classes};
}

// The path of for example ("train-images", 3) in one of its spellings, if there.
static std::optional<std::string> find_idx_file(const fs::path& dir, const std::string& stem, int rank) {
  for (const char* separator : {"-", "."}) {
    for (const char* extension : {"", ".gz"}) {
      const std::string name = stem + separator + "idx" + std::to_string(rank) + "-ubyte" + extension;
      if (fs::exists(dir / name)) return (dir / name).string();
    }
  }
  return std::nullopt;
}

static std::string require_idx_file(const std::string& dir, const std::string& stem, int rank,
                                    const std::string& how_to_get) {
  if (const auto path = find_idx_file(dir, stem, rank)) return *path;
  throw FileError(dir,
                  "no " + stem + "-idx" + std::to_string(rank) + "-ubyte here, nor with .gz; " + how_to_get);
}

static ImageSet load_split(const std::string& dir, const std::string& prefix, const IdxNames& names) {
  const std::string images = require_idx_file(dir, prefix + "-images", 3, names.how_to_get);
  const std::string labels = require_idx_file(dir, prefix + "-labels", 1, names.how_to_get);
  return read_idx_split(images, labels, names.classes, names.first_label);
}

// `dir`, or the first of the folders below it that holds the training images.
static std::string folder_of_files(const std::string& dir, const IdxNames& names) {
  const std::string stem = names.train + "-images";
  if (find_idx_file(dir, stem, 3)) return dir;
  for (const std::string& folder : names.folders) {
    if (find_idx_file(fs::path(dir) / folder, stem, 3)) return (fs::path(dir) / folder).string();
  }
  return dir;
}

Dataset load_idx(const std::string& dir, const IdxNames& names) {
  const std::string folder = folder_of_files(dir, names);
  Dataset result{.train = load_split(folder, names.train, names),
                 .test = load_split(folder, names.test, names),
                 .normalisation = {},
                 .name = names.name};
  result.train.name = names.name + " train";
  result.test.name = names.name + " test";
  if (result.train.height != result.test.height || result.train.width != result.test.width) {
    throw FileError(folder, "train images are " + std::to_string(result.train.height) + "x" +
                                std::to_string(result.train.width) + ", test images " +
                                std::to_string(result.test.height) + "x" + std::to_string(result.test.width));
  }
  return result;
}

Dataset load_mnist(const std::string& dir) {
  Dataset data =
      load_idx(dir, {.name = "mnist",
                     .train = "train",
                     .test = "t10k",
                     .folders = {"MNIST/raw"},
                     .classes = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
                     .how_to_get = "MNIST is four files: train-images-idx3-ubyte, train-labels-idx1-ubyte, "
                                   "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte"});
  data.normalisation = {.mean = {0.1307}, .std = {0.3081}};
  return data;
}

Dataset load_fashion_mnist(const std::string& dir) {
  Dataset data = load_idx(dir.empty() ? fashion_mnist_folder() : dir,
                          {.name = "fashion-mnist",
                           .train = "train",
                           .test = "t10k",
                           .folders = {"FashionMNIST/raw"},
                           .classes = {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal",
                                       "Shirt", "Sneaker", "Bag", "Ankle boot"},
                           .how_to_get = "install Debian's package dataset-fashion-mnist, set "
                                         "FASHION_MNIST_DIR, or write fashion-mnist:DIR"});
  data.normalisation = {.mean = {0.2860}, .std = {0.3530}};
  return data;
}

std::string fashion_mnist_folder() {
  const char* chosen = std::getenv("FASHION_MNIST_DIR");
  return chosen != nullptr ? chosen : "/usr/share/datasets/fashion-mnist";
}

bool fashion_mnist_installed() {
  const fs::path dir = fashion_mnist_folder();
  return find_idx_file(dir, "train-images", 3) && find_idx_file(dir, "train-labels", 1) &&
         find_idx_file(dir, "t10k-images", 3) && find_idx_file(dir, "t10k-labels", 1);
}

}  // namespace eca
