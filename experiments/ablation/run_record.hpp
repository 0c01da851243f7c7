// What a finished run of an ablation leaves behind: a small text file, which lives in git where the run's weights do not. Reports are
// made from these records alone, and a run that has one is done, wherever it was trained.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "experiments/ablation/ablation_task.hpp"
#include "experiments/training/run_directory.hpp"

namespace eca {

struct RunRecord {
  std::map<std::string, std::string>
      settings;      // keys that decide numbers, but for where the data lie; see Identity
  std::string data;  // what the data are, see data_text(); of detectors among the settings
  std::map<std::string, std::string>
      arithmetic;  // arithmetic_record(): program, instruction set, BLAS, compiler
  std::string weights_sha256;
  int64_t parameters = 0;
  int64_t threads = 0;  // which never change a number
  std::string metrics;  // metrics.csv

  // Of a column of the last epoch. Throws Error where there is none.
  double last(const std::string& column) const;

  friend bool operator==(const RunRecord&, const RunRecord&) = default;
};

// Of a finished run. Throws FileError if one of its files cannot be read.
RunRecord record_of(const RunDirectory& directory, const AblationTask& task);

// As JSON, and back. Throws Error if the text is none, or lacks something.
std::string to_text(const RunRecord& record);
RunRecord record_from_text(const std::string& text);

// Throws FileError naming the file.
RunRecord read_record(const std::string& path);

// What the numbers depend on besides the settings: "program a87677d, AVX-512, OpenBLAS ..., g++ ...; 50000 training images ...".
std::string made_with(const RunRecord& record);

// What is not the same of two records of one run, a line each: weights, numbers of epochs, data; none where all is.
std::vector<std::string> record_differences(const RunRecord& expected, const RunRecord& found);

}  // namespace eca
