// Files that people take for weights. Those of PyTorch were written by PyTorch, see tests/golden/make_pytorch_files.py.
#include "core/files/file_kind.hpp"

#include "core/base/error.hpp"
#include "core/files/safetensors.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

TEST_CASE("file kinds: what is taken for safetensors is named by its first bytes", "[core][file_kind]") {
  const TempDir folder;
  const std::string path = folder.file("w.safetensors");
  const std::string more(600, 'x');
  std::string tar(512, '\0');
  tar.replace(0, 9, "model.pth").replace(257, 5, "ustar");
  const std::pair<std::string, std::string> cases[] = {
      {read_file("tests/golden/pytorch/block.pth.tar"),
       "is a PyTorch file (.pth, .pt): convert it first, `python "
       "experiments/convert_pytorch.py IN.pth OUT.safetensors`"},
      {read_file("tests/golden/pytorch/block_old.pth"), "is a PyTorch file (.pth, .pt): convert it first"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
       "is a pointer of git-lfs, not the file itself: fetch it with `git lfs pull`"},
      {"<!DOCTYPE html>\n<html lang=\"en\">", "is a web page (HTML), not the file itself: download it again"},
      {"\n\n  <HTML><head>" + more, "is a web page (HTML)"},
      {"\x1f\x8b\x08" + more, "is compressed by gzip: unpack it first"},
      {tar + more, "is a tar archive: unpack it first"},
      {"\x93NUMPY\x01" + more, "is a NumPy array, expected safetensors"},
      {"\x89HDF\r\n\x1a\n" + more, "is an HDF5 file (Keras), expected safetensors"},
      {"\x89PNG\r\n\x1a\n" + more, "is a PNG image, expected safetensors"},
      {"\xff\xd8\xff\xe0" + more, "is a JPEG image, expected safetensors"},
  };
  for (const auto& [bytes, problem] : cases) {
    CAPTURE(problem);
    REQUIRE(!bytes.empty());
    write_file(path, bytes);
    const std::string text = error_text<FileError>([&] { read_safetensors(path); });
    CHECK(text.starts_with(path + ": " + problem));
  }
  CHECK(describe_foreign_file("") == "");
  CHECK(describe_foreign_file("hello, world") == "");
  CHECK(describe_foreign_file(std::string("\x40\0\0\0\0\0\0\0{}", 10)) == "");
}
