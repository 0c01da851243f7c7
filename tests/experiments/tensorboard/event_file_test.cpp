#include "experiments/tensorboard/event_file.hpp"

#include <cmath>
#include <filesystem>

#include "core/base/error.hpp"
#include "experiments/tensorboard/crc32c.hpp"
#include "experiments/tensorboard/events.hpp"
#include "experiments/training/run_directory.hpp"
#include "tests/catch.hpp"
#include "tests/error_text.hpp"
#include "tests/experiments/tensorboard/event_reader.hpp"
#include "tests/experiments/tensorboard/small_files.hpp"
#include "tests/temp_dir.hpp"

namespace eca::test {

TEST_CASE("CRC-32C of known bytes", "[tensorboard]") {
  CHECK(crc32c("123456789") == 0xE3069283U);            // the check value of the catalogues
  CHECK(crc32c(std::string(32, '\0')) == 0x8A9136AAU);  // RFC 3720, appendix B.4
  CHECK(crc32c(std::string(32, '\xFF')) == 0x62A8AB43U);
  CHECK(crc32c("") == 0);
  CHECK(masked_crc32c("") == 0xA282EAD8U);
}

// What tests/golden/make_events.py has TensorBoard write.
static std::vector<std::string> golden_events() {
  Summary numbers;
  numbers.scalar("epoch/train_loss", 1.25);
  numbers.scalar("step/learning_rate", 0.1);
  numbers.scalar("zero", 0);
  Summary gates;
  gates.histogram("gates/layer1.0.eca", {.min = 0.25,
                                         .max = 0.75,
                                         .sum = 2,
                                         .sum_squares = 1.125,
                                         .limits = {0.5, std::nextafter(0.75, 1)},
                                         .counts = {1, 3}});
  return {version_event(1700000000.5), start_event(1700000001.25, 301), numbers.event(1700000002, 312),
          gates.event(1700000003, 70000)};
}

TEST_CASE("TensorBoard's own writer writes the same bytes", "[tensorboard]") {
  std::string file;
  for (const std::string& event : golden_events()) file += event_record(event);
  const std::string golden = read_file("tests/golden/events.tfevents");
  CHECK(golden.size() > 300);
  CHECK(file == golden);
}

TEST_CASE("Events are read back as they were written", "[tensorboard]") {
  const std::vector<std::string> events = golden_events();
  CHECK(read_event(events[0]).version == "brain.Event:2");
  CHECK(read_event(events[1]).starts_session);
  CHECK(read_event(events[1]).step == 301);
  CHECK(read_event(events[2]).scalars.at("step/learning_rate") == 0.1F);
  CHECK(read_event(events[2]).scalars.at("zero") == 0);
  CHECK(read_event(events[3]).wall_time == 1700000003);
  const ReadHistogram h = read_event(events[3]).histograms.at("gates/layer1.0.eca");
  CHECK(h.num == 4);
  CHECK(h.counts == std::vector<double>{1, 3});
}

// Of the first `count` events, which must be whole.
static size_t bytes_of(const std::vector<std::string>& events, size_t count) {
  size_t bytes = 0;
  for (size_t i = 0; i < count; ++i) bytes += event_record(events[i]).size();
  return bytes;
}

TEST_CASE("A file that ends anywhere is read up to its last whole record", "[tensorboard]") {
  const TempDir dir;
  const std::vector<std::string> events = golden_events();
  {
    EventFile file(dir.str());
    for (const std::string& event : events) file.append(event);
    CHECK(event_files(dir.str()) ==
          std::vector<std::string>{std::filesystem::path(file.path()).filename().string()});
  }
  const std::string bytes = read_file(dir.file(event_files(dir.str())[0]));
  CHECK(records_of(bytes) == events);
  size_t whole = 0;
  for (size_t size = 0; size <= bytes.size(); ++size) {
    if (whole < events.size() && size == bytes_of(events, whole + 1)) ++whole;
    if (records_of(bytes.substr(0, size)).size() != whole) FAIL("cut to " << size << " bytes");
  }
  CHECK(whole == events.size());
  for (size_t place = 0; place < bytes.size(); ++place) {
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
    size_t before = 0;
    while (bytes_of(events, before + 1) <= place) ++before;
    if (records_of(damaged).size() != before) FAIL("byte " << place << " is another");
  }
}

TEST_CASE("Event files sort in the order in which they were made", "[tensorboard]") {
  const TempDir dir;
  write_file(dir.file("events.out.tfevents.1700000000.host.1.0"), std::string("of another program"));
  const EventFile first(dir.str()), second(dir.str()), third(dir.str());
  const std::vector<std::string> names = event_files(dir.str());
  REQUIRE(names.size() == 3);
  CHECK(dir.file(names[0]) == first.path());
  CHECK(dir.file(names[1]) == second.path());
  CHECK(dir.file(names[2]) == third.path());
  CHECK_THAT(error_text<FileError>([&] { EventFile(dir.str() + "/none"); }), contains("cannot be made"));
}

TEST_CASE("An event that cannot be written leaves whole records", "[tensorboard]") {
  const TempDir dir;
  const std::vector<std::string> events = golden_events();
  EventFile file(dir.str());
  file.append(events[0]);
  std::string text;
  {
    const SmallFiles limit(bytes_of(events, 1) + 20);
    text = error_text<FileError>([&] { file.append(events[2]); });
  }
  CHECK_THAT(text, contains(file.path() + ": cannot be written: "));
  CHECK(read_file(file.path()).size() == bytes_of(events, 1));
}

}  // namespace eca::test
