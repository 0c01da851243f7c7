#include "experiments/ablation/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/base/error.hpp"

namespace eca {

// The environment without what mpirun has put there: a child trains as one process.
static std::vector<char*> environment_of_child() {
  std::vector<char*> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto of = [&](std::string_view start) { return text.starts_with(start); };
    if (!of("OMPI_") && !of("PMIX_") && !of("PMI_") && !of("MPI_LOCAL")) kept.push_back(*variable);
  }
  kept.push_back(nullptr);
  return kept;
}

// Between fork and exec only calls that are safe in a signal handler.
pid_t start_child(const std::vector<std::string>& arguments, const std::string& log, const FolderLock& lock) {
  const int output = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (output < 0) throw FileError(log, std::string("cannot write this log: ") + std::strerror(errno));
  std::vector<char*> argv = {const_cast<char*>("eca")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const std::vector<char*> environment = environment_of_child();
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);  // the parent ended before the line above
    const int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
        dup2(output, STDERR_FILENO) < 0 || fcntl(lock.fd(), F_SETFD, 0) < 0) {
      _exit(1);
    }
    execve("/proc/self/exe", argv.data(), environment.data());
    _exit(127);
  }
  const int error = errno;
  close(output);
  if (child < 0) throw Error(std::string("cannot start another process: ") + std::strerror(error));
  return child;
}

std::string ChildEnd::text() const {
  return signal != 0 ? std::string("ended by the signal ") + strsignal(signal)
                     : "exit code " + std::to_string(code);
}

std::optional<ChildEnd> ask_child(pid_t child) {
  int status = 0;
  pid_t found = 0;
  while ((found = waitpid(child, &status, WNOHANG)) < 0 && errno == EINTR) {
  }
  if (found == 0) return std::nullopt;
  if (found < 0) throw Error(std::string("cannot wait for a process: ") + std::strerror(errno));
  if (WIFSIGNALED(status)) return ChildEnd{.code = 0, .signal = WTERMSIG(status)};
  return ChildEnd{.code = WEXITSTATUS(status), .signal = 0};
}

FolderLock::FolderLock(const std::string& folder, bool wait)
    : fd_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (fd_ < 0) throw FileError(folder, std::string("cannot open this folder: ") + std::strerror(errno));
  int result = 0;
  while ((result = flock(fd_, LOCK_EX | (wait ? 0 : LOCK_NB))) < 0 && errno == EINTR) {
  }
  held_ = result == 0;
  if (!held_ && errno != EWOULDBLOCK) {
    throw FileError(folder, std::string("cannot lock this folder: ") + std::strerror(errno));
  }
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), held_(std::exchange(other.held_, false)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(held_, other.held_);
  return *this;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace eca
