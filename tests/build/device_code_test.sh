#!/bin/sh
# What a GPU runs, nvcc has to compile: .cu files, and files of core/kernels with ECA_DEVICE in them. Without a GPU nothing else
# notices a loop that it would not.
#   tests/build/device_code_test.sh
set -u
loops='for_each_index(\|sum_in_ranges<\|sum_over_pixels<'
failures=0

wrong() {
  echo "device code: $1"
  failures=$((failures + 1))
}

looping=$(grep -rl "$loops" --include='*.cpp' --include='*.cu' core layers models data experiments tests | LC_ALL=C sort)
for file in $looping; do
  case $file in
    core/kernels/* | *.cu) ;;
    *) wrong "$file: a loop of the GPU outside core/kernels, where nvcc does not compile it" ;;
  esac
  # The body of a loop takes what it uses by value.
  bodies=$(grep -n '\[=[^]]*\] *(' "$file") && wrong "$file: a body without ECA_DEVICE:
$bodies"
done
echo "device code: $(echo "$looping" | wc -l) files with loops, $failures wrong"
[ "$(echo "$looping" | wc -l)" -gt 10 ] && [ $failures -eq 0 ]
