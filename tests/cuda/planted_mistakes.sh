#!/bin/bash
# Mistakes that code for a GPU invites, planted one at a time into a copy of the project: the tests must find each without a
# GPU, where the processor plays one (make CUDA=host). By hand, as it builds the tests and takes minutes:
#   tests/cuda/planted_mistakes.sh [WORD]     all mistakes, or those with the word in their name
# Prints one line for each, with the first test that fails and how many do besides. Fails if one is not caught, or if the text
# that a mistake changes is no longer there: then it is to be planted anew.
set -euo pipefail
cd "$(dirname "$0")/../.."
word=${1:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$work"
cd "$work"
tests=build/host/release/run_tests

build() {
  # Only files with tests of these tags.
  if ! nice make CUDA=host BUILD=build/host VARIANT=release 'filter.release=[pair],[cuda],[golden],[layers]' \
    $tests >built 2>&1; then
    echo "planted mistakes: $1 does not build"
    tail -n 20 built
    exit 1
  fi
}

# The tests that fail, among those of kernels; if none does, among those of layers with all tensors on the device.
failures() {
  local at
  for at in "KERNELS=fast $tests [pair]~[slow],[cuda]~[slow]" "KERNELS=cuda $tests [golden]~[slow],[layers]~[slow]"; do
    # shellcheck disable=SC2086  # words
    timeout 600 env $at >said 2>&1 && continue
    awk '/^-----/ { getline; if (!seen[$0]++) print }' said >failed
    [ -s failed ] || echo "the whole run: $(tail -n 1 said)" >failed
    echo "\"$(head -n 1 failed)\"$(awk 'END { if (NR > 1) print " and " NR - 1 " more" }' failed)"
    return
  done
}

names=() files=() texts=() mistakes=()
# mistake NAME FILE TEXT MISTAKE: with MISTAKE in place of TEXT, which must stand in FILE once.
mistake() {
  local whole rest
  [[ $1 == *"$word"* ]] || return 0
  whole=$(<"$2") rest=${whole#*"$3"}
  if [ "$rest" = "$whole" ] || [[ $rest == *"$3"* ]]; then
    echo "planted mistakes: $1: $2: expected once: $3"
    exit 1
  fi
  names+=("$1") files+=("$2") texts+=("$3") mistakes+=("$4")
}

kernels=core/kernels
mistake "gemm: a leading dimension" $kernels/gemm/gemm_cuda.cu \
  'static_cast<int>(a.stride), &beta' 'static_cast<int>(K), &beta'
mistake "convolution: a leading dimension" $kernels/conv2d/conv2d_cuda.cu \
  'y + first * s.O + group * Og, s.O)' 'y + first * s.O + group * Og, Og)'
mistake "Winograd: a leading dimension" $kernels/winograd/conv2d_winograd_cuda.cu \
  '{piece.x + row * s.I, s.I},' '{piece.x + row * s.I, s.O},'
mistake "sums: the last range" $kernels/common/sum_in_ranges.hpp \
  '(R + rows - 1) / rows;' 'R / rows;'
mistake "convolution: the image's edge, forward" $kernels/conv2d/conv2d_cuda.cu \
  'h >= s.H ||' 'h > s.H ||'
mistake "convolution: the image's edge, backward" $kernels/conv2d/conv2d_cuda.cu \
  'from / s.stride >= extent' 'from / s.stride > extent'
mistake "pooling: the image's edge, forward" $kernels/pooling/pooling_window.hpp \
  'std::min(w + s.kernel, s.W)' 'std::min(w + s.kernel, s.W - 1)'
mistake "pooling: the image's edge, backward" $kernels/pooling/pooling_cuda.cu \
  'std::min(last, outputs)' 'std::min(last, outputs - 1)'
mistake "layer: a loop over the device's memory on the host" layers/activations.cpp \
  'kernels::relu_forward(y.data(), x.data(), y.numel());' \
  'for (int64_t i = 0; i < y.numel(); ++i) y.data()[i] = x.data()[i] > 0 ? x.data()[i] : 0;'
mistake "copies: a batch whose arrival nothing waits for" experiments/training/training_step.cpp \
  'upload_->finish(*images_.storage());' ''
mistake "copies: an answer that does not wait for its step" experiments/training/training_step.cpp \
  $'(*replays_[static_cast<size_t>(part)])([this, part] { work(part); });\n  download_.begin(*found_.storage());' \
  $'download_.begin(*found_.storage());\n  (*replays_[static_cast<size_t>(part)])([this, part] { work(part); });'
mistake "copies: labels read once for all steps" core/cuda/host/device.cpp \
  'captured == nullptr || is_pinned(from)' 'captured == nullptr'

build "the project as it is"
by=$(failures)
if [ -n "$by" ]; then
  echo "planted mistakes: without one fails $by"
  tail -n 20 said
  exit 1
fi

caught=0
for i in "${!names[@]}"; do
  whole=$(<"${files[i]}")
  printf '%s\n' "${whole/"${texts[i]}"/"${mistakes[i]}"}" >"${files[i]}"
  build "${names[i]}"
  by=$(failures)
  printf '%s\n' "$whole" >"${files[i]}"
  if [ -n "$by" ]; then
    echo "${names[i]}: caught by $by"
    ((++caught))
  else
    echo "${names[i]}: NOT caught (${files[i]}: ${mistakes[i]})"
  fi
done
echo "planted mistakes: $caught of ${#names[@]} caught"
[ $caught -gt 0 ] && [ $caught = ${#names[@]} ]
