// The readers of foreign bytes, each as one function for the fuzzer (`make fuzz`) and for the test of the corpus.
// docs/fuzzing.md says how to add one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace eca::fuzz {

using Bytes = std::span<const uint8_t>;

struct Reader {
  std::string name;  // also that of its folder in tests/fuzz/corpus/
  // Returns, or throws eca::Error: the bytes were refused. All else is a finding: another exception, a sanitizer's report,
  // more memory than the limit, no end.
  void (*read)(Bytes bytes);
};

// tests/fuzz/<name>_fuzz.cpp
void read_ablation(Bytes bytes);
void read_checkpoint(Bytes bytes);
void read_cifar(Bytes bytes);
void read_config(Bytes bytes);
void read_exif(Bytes bytes);
void read_idx(Bytes bytes);
void read_npy(Bytes bytes);
void read_pickle(Bytes bytes);
void read_safetensors(Bytes bytes);
// tests/fuzz/coco_fuzz.cpp
void read_coco(Bytes bytes);
void read_coco_results(Bytes bytes);
void read_coco_rle(Bytes bytes);
// tests/fuzz/image_fuzz.cpp
void read_jpeg(Bytes bytes);
void read_png(Bytes bytes);
void read_bmp(Bytes bytes);
void read_pnm(Bytes bytes);
void read_tga(Bytes bytes);

inline const std::vector<Reader>& readers() {
  static const std::vector<Reader> all = {
      {"ablation", read_ablation},
      {"bmp", read_bmp},
      {"checkpoint", read_checkpoint},
      {"cifar", read_cifar},
      {"coco", read_coco},
      {"coco_results", read_coco_results},
      {"coco_rle", read_coco_rle},
      {"config", read_config},
      {"exif", read_exif},
      {"idx", read_idx},
      {"jpeg", read_jpeg},
      {"npy", read_npy},
      {"pickle", read_pickle},
      {"png", read_png},
      {"pnm", read_pnm},
      {"safetensors", read_safetensors},
      {"tga", read_tga},
  };
  return all;
}

// For readers that want a path: a file in memory, gone with this object.
class MemoryFile {
 public:
  explicit MemoryFile(Bytes bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  int descriptor_;
  std::string path_;
};

}  // namespace eca::fuzz
