// Files that are either the old one or the new one, never a part of one: whoever opens `path` during the
// write, or after a crash or a power cut in the middle of it, finds a complete file.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace eca {

// Writes a temporary file of its own beside the file, "PATH.PID.tmp", syncs it to the disk, renames it over `path` and syncs
// the folder. Of several writers of one path at once the last one wins.
// On any failure (disk full, no permission) it removes the temporary file, leaves the old file as it was and
// throws FileError with the path, what was attempted, the bytes written and wanted, and the system's reason.
// A process that is killed meanwhile leaves its temporary file behind.
void write_file_atomically(const std::string& path, std::string_view bytes);
// The same for a file in parts, written one after the other.
void write_file_atomically(const std::string& path, std::span<const std::string_view> parts);

}  // namespace eca
