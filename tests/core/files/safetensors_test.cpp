#include "core/files/safetensors.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "core/base/error.hpp"
#include "core/files/sha256.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/temp_dir.hpp"

using namespace eca;
using namespace eca::test;

namespace {

// A file from its parts, whatever they are.
std::string file_of(const std::string& header, const std::string& data) {
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(header.size() >> shift & 0xff);
  return bytes + header + data;
}

std::string read_error(const std::string& path, const std::string& bytes) {
  write_file(path, bytes);
  return error_text<FileError>([&] { read_safetensors(path); });
}

// One tensor of every dtype, a scalar, an empty one, values whose bits must survive, and names that need escapes.
TensorFile example() {
  TensorFile file;
  file.tensors["conv1.weight"] = FileTensor::of({1, 3}, std::vector<float>{1.5f, -0.0f, std::nanf("")});
  file.tensors["a \"b\"\n"] = FileTensor::of({2, 1}, std::vector<double>{0.1, 1e300});
  file.tensors["num_batches_tracked"] = FileTensor::of({}, std::vector<int64_t>{(int64_t{1} << 53) + 1});
  file.tensors["empty"] = FileTensor::of({0, 4}, std::vector<double>{});
  file.metadata = {{"epoch", "3"}, {"größe", "\\ \" \t"}};
  return file;
}

// "{"x": <entry>}" with 8 bytes of data, in which one field can be spoilt.
std::string one_tensor(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return file_of(
      R"({"x":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}}",
      std::string(8, 'd'));
}

}  // namespace

TEST_CASE("safetensors: what is written is read", "[core][safetensors]") {
  const TempDir folder;
  const TensorFile written = example();
  write_safetensors(folder.file("w"), written);
  const TensorFile read = read_safetensors(folder.file("w"));
  CHECK(read.tensors == written.tensors);
  CHECK(read.metadata == written.metadata);
  CHECK(read.path == folder.file("w"));
  CHECK(read.has_checksum);
  CHECK(read.at("conv1.weight").shape == std::vector<int64_t>{1, 3});
  CHECK(read.at("num_batches_tracked").integers() == std::vector<int64_t>{(int64_t{1} << 53) + 1});
  CHECK(read.at("empty").numel() == 0);
}

TEST_CASE("safetensors: a file without tensors is a file", "[core][safetensors]") {
  const TempDir folder;
  write_safetensors(folder.file("w"), {});
  const TensorFile read = read_safetensors(folder.file("w"));
  CHECK(read.tensors.empty());
  CHECK(read.metadata.empty());
  CHECK(read.has_checksum);
}

TEST_CASE("safetensors: equal contents give equal bytes, reading and writing again too",
          "[core][safetensors]") {
  const TempDir folder;
  write_safetensors(folder.file("a"), example());
  write_safetensors(folder.file("b"), example());
  write_safetensors(folder.file("c"), read_safetensors(folder.file("a")));
  CHECK(read_file(folder.file("a")) == read_file(folder.file("b")));
  CHECK(read_file(folder.file("a")) == read_file(folder.file("c")));
}

TEST_CASE("safetensors: the bytes of a file", "[core][safetensors]") {
  const TempDir folder;
  TensorFile file;
  file.tensors["b"] = FileTensor::of({1}, std::vector<float>{1});
  file.tensors["a"] = FileTensor::of({}, std::vector<float>{2});
  file.tensors["z"] = FileTensor::of({1, 1}, std::vector<int64_t>{3});
  file.metadata["m"] = "n";
  write_safetensors(folder.file("w"), file);

  // Wide elements first, so that all are aligned; then by name.
  const std::string tensors = R"("a":{"data_offsets":[8,12],"dtype":"F32","shape":[]},)"
                              R"("b":{"data_offsets":[12,16],"dtype":"F32","shape":[1]},)"
                              R"("z":{"data_offsets":[0,8],"dtype":"I64","shape":[1,1]}})";
  const std::string data("\3\0\0\0\0\0\0\0\0\0\0\x40\0\0\x80\x3f", 16);
  const std::string checksum =
      sha256_hex(R"({"__metadata__":{"ecagrad_format":"1","m":"n"},)" + tensors + data);
  std::string header =
      R"({"__metadata__":{"ecagrad_format":"1","m":"n","sha256":")" + checksum + "\"}," + tensors;
  header.append((8 - header.size() % 8) % 8, ' ');
  CHECK(read_file(folder.file("w")) == file_of(header, data));
}

TEST_CASE("safetensors: a file of another program needs no checksum, and may order its data as it likes",
          "[core][safetensors]") {
  const TempDir folder;
  write_file(folder.file("w"), file_of(R"( {"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                                       R"("a":{"dtype":"F64","shape":[],"data_offsets":[4,12]}} )" +
                                           std::string(3, ' '),
                                       std::string(4, '\0') + std::string("\0\0\0\0\0\0\xf0\x3f", 8)));
  CHECK_THROWS_WITH(read_safetensors(folder.file("w")), contains("does not start with '{'"));
  write_file(folder.file("w"), file_of(R"({"b": {"shape": [1], "dtype": "F32", "data_offsets": [0, 4]},)"
                                       R"( "a":{"dtype":"F64","shape":[],"data_offsets":[4,12]}} )",
                                       std::string(4, '\0') + std::string("\0\0\0\0\0\0\xf0\x3f", 8)));
  const TensorFile file = read_safetensors(folder.file("w"));
  CHECK(!file.has_checksum);
  CHECK(file.at("b").reals() == std::vector<real>{0});
  CHECK(file.at("a").reals() == std::vector<real>{1});
}

TEST_CASE("safetensors: a checksum of another program is verified, too", "[core][safetensors]") {
  const TempDir folder;
  const std::string tensor = R"("x":{"data_offsets":[0,8],"dtype":"F64","shape":[]}})";
  const std::string data(8, 'd');
  const std::string checksum = sha256_hex(R"({"__metadata__":{},)" + tensor + data);
  const auto bytes = [&](const std::string& sum) {
    return file_of(R"({"__metadata__":{"sha256":")" + sum + "\"}," + tensor, data);
  };
  write_file(folder.file("w"), bytes(checksum));
  CHECK(read_safetensors(folder.file("w")).has_checksum);
  CHECK_THAT(read_error(folder.file("w"), bytes(std::string(64, '0'))),
             contains("the checksum does not match, the file is damaged: expected sha256 " +
                      std::string(64, '0') + ", found " + checksum));
}

TEST_CASE("safetensors: values of every dtype as real", "[core][safetensors]") {
  CHECK(FileTensor::of({2}, std::vector<float>{1.5f, -2}).reals() == std::vector<real>{1.5, -2});
  CHECK(FileTensor::of({2}, std::vector<double>{0.1, 3}).reals() ==
        std::vector<real>{static_cast<real>(0.1), 3});
  CHECK(FileTensor::of({2}, std::vector<int64_t>{-1, 7}).reals() == std::vector<real>{-1, 7});
  CHECK_THROWS_WITH(FileTensor::of({1}, std::vector<float>{1}).integers(),
                    contains("expected whole numbers (I64, I32, I16, I8, U8 or BOOL), found F32"));
  CHECK_THROWS_WITH(FileTensor::of({2, 2}, std::vector<float>{1}), contains("1 values for shape (2,2)"));
}

TEST_CASE("safetensors: at() names the file, the wanted tensor and the most alike", "[core][safetensors]") {
  TensorFile file;
  file.path = "run/model.safetensors";
  for (const char* name :
       {"module.layer1.0.conv1.weight", "layer1.0.conv1.bias", "layer1.0.conv2.weight", "fc.bias"}) {
    file.tensors[name] = FileTensor::of({1}, std::vector<float>{1});
  }
  CHECK(file.at("fc.bias").numel() == 1);
  CHECK(error_text<FileError>([&] { file.at("layer1.0.conv1.weight"); }) ==
        "run/model.safetensors: no tensor \"layer1.0.conv1.weight\" among its 4; most alike: "
        "\"module.layer1.0.conv1.weight\", \"layer1.0.conv2.weight\", \"layer1.0.conv1.bias\"");
  CHECK_THROWS_WITH(TensorFile{}.at("x"), contains("no tensor \"x\" among its 0"));
}

TEST_CASE("safetensors: a file cut off anywhere is refused", "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  write_safetensors(path, example());
  const std::string whole = read_file(path);
  for (size_t length = whole.size(); length-- > 0;) {
    CAPTURE(length);
    std::filesystem::resize_file(path, length);
    const std::string text = error_text<FileError>([&] { read_safetensors(path); });
    REQUIRE(text.starts_with(path + ": "));
    if (length == whole.size() - 1) {
      CHECK(text == path + ": truncated: expected " + std::to_string(whole.size()) + " bytes, found " +
                        std::to_string(length));
    }
  }
}

TEST_CASE("safetensors: bytes behind the last tensor are refused", "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  write_safetensors(path, example());
  const std::string whole = read_file(path);
  for (const size_t more : {1, 8, 1000}) {
    CAPTURE(more);
    CHECK(read_error(path, whole + std::string(more, '\0')) ==
          path + ": bytes behind the last tensor: expected " + std::to_string(whole.size()) +
              " bytes, found " + std::to_string(whole.size() + more));
  }
}

TEST_CASE("safetensors: no single flipped bit goes unnoticed, padding included", "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  write_safetensors(path, example());
  const std::string whole = read_file(path);
  REQUIRE(whole.find("}} ") != std::string::npos);                           // there is padding to flip
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);  // changed in place: much faster
  const auto put = [&file](size_t position, char byte) {
    file.seekp(static_cast<std::streamoff>(position));
    file.put(byte).flush();
  };
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    CAPTURE(bit);
    put(bit / 8, static_cast<char>(whole[bit / 8] ^ 1 << bit % 8));
    const std::string text = error_text<FileError>([&] { read_safetensors(path); });
    REQUIRE(text.starts_with(path + ": "));
    put(bit / 8, whole[bit / 8]);
  }
  CHECK(read_file(path) == whole);
}

TEST_CASE("safetensors: what is no safetensors file is refused by its length field", "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  CHECK(read_error(path, "short") == path + ": not a safetensors file: expected at least 8 bytes, found 5");
  CHECK_THAT(read_error(path, std::string("\3\0\0\0\0\0\0\0{}", 10)),
             contains("the header has 3 bytes, at most 2 are possible"));
  CHECK_THAT(read_error(path, std::string(8, '\xff')),
             contains("the header has 18446744073709551615 bytes, at most 0 are possible"));
}

TEST_CASE("safetensors: the header is one JSON object without duplicate keys", "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  const std::pair<const char*, const char*> cases[] = {
      {"", "the header does not start with '{'"},
      {"[]", "the header does not start with '{'"},
      {" {}", "the header does not start with '{'"},
      {R"({"x":1)", "the header does not end with '}' and spaces"},
      {"{}\n", "the header does not end with '}' and spaces"},
      {"{}}", "not valid JSON"},
      {R"({"x":})", "not valid JSON"},
      {"{\"\xff\":1}", "not valid JSON"},
      {R"({"x":1,"x":1})", "the header holds the key \"x\" twice"},
      {R"({"x":{"dtype":"F32","dtype":"F32","shape":[0],"data_offsets":[0,0]}})", "the key \"dtype\" twice"},
      {R"({"__metadata__":{"a":"1","a":"2"}})", "the key \"a\" twice"},
      {R"({"__metadata__":[]})", "__metadata__: expected an object of texts"},
      {R"({"__metadata__":{"epoch":3}})", "expected a text for \"epoch\", found a JSON number"},
      {R"({"__metadata__":{"ecagrad_format":"1"}})", "the checksum is missing, the file is damaged"},
      {R"({"x":3})", "tensor \"x\": expected exactly the keys dtype, shape and data_offsets"},
      {R"({"x":{"dtype":"F32","shape":[0]}})", "expected exactly the keys"},
      {R"({"x":{"dtype":"F32","shape":[0],"offsets":[0,0]}})", "expected exactly the keys"},
      {R"({"x":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"more":1}})", "expected exactly the keys"},
  };
  for (const auto& [header, problem] : cases) {
    CAPTURE(header);
    const std::string text = read_error(path, file_of(header, ""));
    CHECK(text.starts_with(path + ": "));
    CHECK_THAT(text, contains(problem));
  }
  CHECK_THAT(read_error(path, file_of(std::string("{}\0}", 4), "")),
             contains("the header holds a zero byte"));
  CHECK_THAT(read_error(path, file_of("{\"x\":" + std::string(100'000, '[') + "}", "")),
             contains("not valid JSON"));
}

TEST_CASE("safetensors: dtype, shape and data_offsets must agree", "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  struct {
    const char *dtype, *shape, *offsets, *problem;
  } const cases[] = {
      {"\"F8_E5M2\"", "[8]", "[0,8]",
       "tensor \"x\": dtype: expected one of F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL, found "
       "F8_E5M2"},
      {"32", "[2]", "[0,8]", "U8, BOOL, found a JSON number"},
      {"\"F32\"", "2", "[0,8]", "tensor \"x\": shape: expected a list of non-negative integers"},
      {"\"F32\"", "[-2]", "[0,8]", "shape: expected a list of non-negative integers"},
      {"\"F32\"", "[2.0]", "[0,8]", "shape: expected a list of non-negative integers"},
      {"\"F32\"", "[\"2\"]", "[0,8]", "shape: expected a list of non-negative integers"},
      {"\"F32\"", "[9223372036854775808]", "[0,8]", "shape: expected a list of non-negative integers"},
      {"\"F32\"", "[4294967296,4294967296]", "[0,8]", "shape: the number of bytes overflows"},
      {"\"F64\"", "[2305843009213693953]", "[0,8]", "shape: the number of bytes overflows"},
      {"\"F32\"", "[2]", "8", "data_offsets: expected a list of non-negative integers"},
      {"\"F32\"", "[2]", "[-8,0]", "data_offsets: expected a list of non-negative integers"},
      {"\"F32\"", "[2]", "[0,4,8]", "data_offsets: expected 2, found 3"},
      {"\"F32\"", "[2]", "[8,0]", "data_offsets: the end lies before the begin"},
      {"\"F32\"", "[3]", "[0,8]", "data_offsets: expected 12 bytes from shape and dtype, found 8"},
      {"\"F64\"", "[2]", "[0,8]", "data_offsets: expected 16 bytes from shape and dtype, found 8"},
      {"\"F32\"", "[2]", "[9223372036854775799,9223372036854775807]", "tensor \"x\": its data leaves a gap"},
      {"\"F32\"", "[1]", "[4,8]", "tensor \"x\": its data leaves a gap"},
      {"\"F32\"", "[1]", "[0,4]", "bytes behind the last tensor: expected "},
      {"\"F32\"", "[1000]", "[0,4000]", "truncated: expected "},
  };
  REQUIRE(read_error(path, one_tensor("\"F32\"", "[2]", "[0,8]")) == "nothing was thrown");
  for (const auto& c : cases) {
    CAPTURE(c.dtype, c.shape, c.offsets);
    const std::string text = read_error(path, one_tensor(c.dtype, c.shape, c.offsets));
    CHECK(text.starts_with(path + ": "));
    CHECK_THAT(text, contains(c.problem));
  }
}

TEST_CASE("safetensors: tensors neither overlap nor leave gaps", "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  const auto two_tensors = [](const std::string& offsets_b, size_t data_bytes) {
    return file_of(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                   R"("b":{"dtype":"F32","shape":[1],"data_offsets":)" +
                       offsets_b + "}}",
                   std::string(data_bytes, 'd'));
  };
  REQUIRE(read_error(path, two_tensors("[4,8]", 8)) == "nothing was thrown");
  CHECK(read_error(path, two_tensors("[2,6]", 6)) ==
        path +
            ": tensor \"b\": its data overlaps the tensor before: expected to begin at byte 4 of the data, "
            "found 2");
  CHECK_THAT(read_error(path, two_tensors("[0,4]", 4)), contains("overlaps the tensor before"));
  CHECK_THAT(
      read_error(path, two_tensors("[6,10]", 10)),
      contains("tensor \"b\": its data leaves a gap behind the tensor before: expected to begin at byte 4"));
}

TEST_CASE("safetensors: a file of a later format is named as such", "[core][safetensors]") {
  const TempDir folder;
  const std::string checksum = sha256_hex(R"({"__metadata__":{"ecagrad_format":"2"}})");
  CHECK_THAT(
      read_error(folder.file("w"),
                 file_of(R"({"__metadata__":{"ecagrad_format":"2","sha256":")" + checksum + "\"}}", "")),
      contains("ecagrad_format: expected 1, found 2"));
}

TEST_CASE("safetensors: a header of more than 100 MB is refused without reading it", "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  write_file(path, std::string("\x01\xe1\xf5\x05\0\0\0\0", 8));  // 100,000,001
  std::filesystem::resize_file(path, 200'000'000);               // holes: takes no space
  CHECK_THROWS_WITH(read_safetensors(path), contains("the header has 100000001 bytes, at most 100000000"));
}

TEST_CASE("safetensors: a missing file and a folder are named", "[core][safetensors]") {
  const TempDir folder;
  CHECK(error_text<FileError>([&] { read_safetensors(folder.file("missing")); }) ==
        folder.file("missing") + ": cannot be opened: No such file or directory");
  CHECK(error_text<FileError>([&] { read_safetensors(folder.str()); }) ==
        folder.str() + ": cannot be opened: Is a directory");
}

TEST_CASE("safetensors: the writer refuses what the reader would, and the old file stays",
          "[core][safetensors]") {
  const TempDir folder;
  const std::string path = folder.file("w");
  write_safetensors(path, example());
  const std::string before = read_file(path);
  const auto write_error = [&](const TensorFile& file) {
    return error_text<FileError>([&] { write_safetensors(path, file); });
  };
  const FileTensor one = FileTensor::of({1}, std::vector<float>{1});

  TensorFile reserved;
  reserved.metadata["sha256"] = "x";
  CHECK(write_error(reserved) == path + ": metadata key \"sha256\" is reserved for the writer");
  reserved.metadata = {{"ecagrad_format", "1"}};
  CHECK_THAT(write_error(reserved), contains("\"ecagrad_format\" is reserved"));

  TensorFile named;
  named.tensors["__metadata__"] = one;
  CHECK_THAT(write_error(named), contains("\"__metadata__\" is not possible as the name of a tensor"));

  TensorFile not_text;
  not_text.tensors["\xff"] = one;
  CHECK_THAT(write_error(not_text), contains("cannot be written as JSON"));

  TensorFile short_bytes;
  short_bytes.tensors["x"] = one;
  short_bytes.tensors["x"].shape = {2};
  CHECK(write_error(short_bytes) == path + ": tensor \"x\": shape and dtype want 8 bytes, found 4");
  short_bytes.tensors["x"].shape = {int64_t{1} << 62, 4};
  CHECK_THAT(write_error(short_bytes), contains("shape and dtype want too many bytes"));

  CHECK(read_file(path) == before);
}
