#include "experiments/tensorboard/event_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "core/base/error.hpp"
#include "core/base/text.hpp"
#include "experiments/common/format.hpp"
#include "experiments/tensorboard/crc32c.hpp"
#include "experiments/tensorboard/little_endian.hpp"
#include "experiments/training/run_directory.hpp"

namespace eca {

static constexpr char kBegin[] = "events.out.tfevents.";

std::string event_record(std::string_view event) {
  const std::string length = little_endian(uint64_t{event.size()});
  return length + little_endian(masked_crc32c(length)) + std::string(event) +
         little_endian(masked_crc32c(event));
}

// Now, or the second after that in the name of the last file there is.
static int64_t time_of_next(const std::string& folder) {
  int64_t time = std::time(nullptr);
  for (const std::string& name : event_files(folder)) {
    const auto there = whole_number(split(name.substr(std::strlen(kBegin)), '.')[0]);
    time = std::max(time, there.value_or(0) + 1);
  }
  return time;
}

EventFile::EventFile(const std::string& folder)
    : path_(folder + "/" + kBegin + format("%010lld", static_cast<long long>(time_of_next(folder))) +
            kEventFileEnding),
      fd_(open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666)) {
  if (fd_ < 0) throw FileError(path_, std::string("cannot be made: ") + std::strerror(errno));
}

EventFile::~EventFile() { close(fd_); }

void EventFile::append(std::string_view event) {
  const std::string record = event_record(event);
  std::string_view rest = record;
  while (!rest.empty()) {
    const ssize_t n = write(fd_, rest.data(), rest.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    rest.remove_prefix(static_cast<size_t>(n));
  }
  if (rest.empty()) return;
  const int reason = errno;
  struct stat now = {};
  const auto begun = static_cast<off_t>(record.size() - rest.size());
  if (begun > 0 && fstat(fd_, &now) == 0 && ftruncate(fd_, now.st_size - begun) != 0) {
    // Readers stop before a record that is not whole.
  }
  throw FileError(path_, std::string("cannot be written: ") + std::strerror(reason));
}

}  // namespace eca
