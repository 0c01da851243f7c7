#include "experiments/common/environment.hpp"

#include <cblas.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "core/base/kernel_mode.hpp"
#include "core/cuda/device.hpp"
#include "core/parallel/ranks.hpp"
#include "core/parallel/threads.hpp"
#include "data/file_bytes.hpp"
#include "layers/ops_mode.hpp"

#ifndef ECA_BUILD_FLAGS
#define ECA_BUILD_FLAGS "unknown"
#endif

namespace eca {

static std::string compiler() {
#ifdef __clang__
  return "clang " __clang_version__;
#else
  return "g++ " __VERSION__;
#endif
}

static std::string instruction_set() {
#if defined(__AVX512F__)
  return "AVX-512";
#elif defined(__AVX2__)
  return "AVX2";
#elif defined(__ARM_NEON)
  return "NEON";
#elif defined(__SSE2__)
  return "SSE2";
#else
  return "scalar";
#endif
}

static std::string blas() {
  std::string version = openblas_get_config();
  version = version.substr(0, version.find(' ', version.find(' ') + 1));  // "OpenBLAS 0.3.21"
  return version + " (" + openblas_get_corename() + ")";
}

std::string environment_line() {
  return std::string("ecagrad: ") + kRealName + ", " + to_string(kernel_mode()) + " kernels, " +
         to_string(ops_mode()) + " ops, " + std::to_string(threads()) +
         (threads() == 1 ? " thread" : " threads") +
         (ranks() > 1 ? " in each of " + std::to_string(ranks()) + " processes, " : ", ") +
         instruction_set() + ", " + blas() + ", " + compiler();
}

static std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

// Of the source tree the program was built in; "unknown" where there is none.
static std::string git_state() {
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string command =
      "git -C '" + program.parent_path().string() + "' describe --always --dirty --tags 2>/dev/null";
  std::string state;
  if (FILE* pipe = popen(command.c_str(), "r")) {
    std::array<char, 128> line{};
    if (std::fgets(line.data(), line.size(), pipe) != nullptr) state = line.data();
    pclose(pipe);
  }
  while (!state.empty() && state.back() == '\n') state.pop_back();
  return state.empty() ? "unknown" : state;
}

std::map<std::string, std::string> arithmetic_record() {
  std::map<std::string, std::string> record = {{"instruction set", instruction_set()},
                                               {"blas", blas()},
                                               {"compiler", compiler()},
                                               {"flags", ECA_BUILD_FLAGS},
                                               {"source", git_state()}};
  if (kernel_mode() == KernelMode::cuda) record["gpu"] = cuda::kind();
  return record;
}

std::string environment_record() {
  const bool on_gpu = kernel_mode() == KernelMode::cuda;
  return "real: " + std::string(kRealName) + "\nkernels: " + to_string(kernel_mode()) +
         "\nops: " + to_string(ops_mode()) + "\nthreads: " + std::to_string(threads()) +
         (ranks() > 1 ? "\nprocesses: " + std::to_string(ranks()) + " (" + mpi_version() + ")" : "") +
         "\ncores: " + std::to_string(available_cores()) + "\nprocessor: " + processor() +
         "\ninstruction set: " + instruction_set() + "\nblas: " + blas() +
         (on_gpu ? "\ngpu: " + cuda::description() : "") + "\ncompiler: " + compiler() +
         "\nflags: " + ECA_BUILD_FLAGS + "\ngit: " + git_state() + "\n";
}

std::string eca_kernel_sizes(Module& network) {
  std::string text;
  for (const Parameter* parameter : network.parameters()) {
    if (parameter->layout != FileLayout::conv1d) continue;
    const std::string path = parameter->name.substr(0, parameter->name.rfind(".conv.weight"));
    text += path + ": k = " + std::to_string(parameter->value.numel()) + "\n";
  }
  return text;
}

std::string program_hash() { return sha256_of_file("/proc/self/exe"); }

int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<int64_t>(usage.ru_maxrss) * 1024;  // Linux counts in KiB
}

}  // namespace eca
