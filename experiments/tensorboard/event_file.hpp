// A file of events, which TensorBoard reads:
//   file    = record*
//   record  = u64 length, u32 masked CRC-32C of the length, the event, u32 masked CRC-32C of the event     little-endian
//   event   = Event of TensorFlow's event.proto
// A record is whole or it is not there: a reader stops before the first whose checksum is wrong or whose bytes are missing, and
// what stands before it counts. So a process may be killed at any moment.
#pragma once

#include <string>
#include <string_view>

namespace eca {

// An event with its length and checksums.
std::string event_record(std::string_view event);

class EventFile {
 public:
  // A new file in a folder, with a name that sorts behind those of earlier ones: TensorBoard reads them in that order. Throws
  // FileError if it cannot be made.
  explicit EventFile(const std::string& folder);
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  const std::string& path() const { return path_; }
  // Appends a record and hands it to the system, so that it outlives this process. Throws FileError if it cannot be written;
  // the file then ends with the record before.
  void append(std::string_view event);

 private:
  std::string path_;
  int fd_ = -1;
};

}  // namespace eca
