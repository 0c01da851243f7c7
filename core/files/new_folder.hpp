// A folder that is whole or not there at all: it is filled under another name, and gets its own when all is written.
//
//   NewFolder folder("scenes");
//   ... write files below folder.path() ...
//   folder.commit();
#pragma once

#include <string>

namespace eca {

class NewFolder {
 public:
  // Makes "FOLDER.PID.tmp", and the folders above it. Throws FileError if there is something called FOLDER, and if that cannot be.
  explicit NewFolder(const std::string& folder);
  NewFolder(const NewFolder&) = delete;
  NewFolder& operator=(const NewFolder&) = delete;
  // Without commit(), removes the folder with what is in it. A process that is killed leaves it behind.
  ~NewFolder();

  // Where to write meanwhile.
  const std::string& path() const { return temporary_; }

  // Brings all that was written to the disk, and gives the folder its name. Throws FileError.
  void commit();

 private:
  std::string folder_, temporary_;
  bool committed_ = false;
};

}  // namespace eca
