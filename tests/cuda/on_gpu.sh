#!/bin/bash
# Everything that needs a GPU, in at most eight minutes, on a machine that needs neither a network nor a compiler.
#
#   tests/cuda/on_gpu.sh [--try] PROGRAMS OUT [CIFAR10]
#
#   PROGRAMS   the folder of eca and run_tests, built with CUDA=1: build/cuda/release, or what tests/cuda/pack.sh made
#   OUT        a folder for report.txt, report.json and what every step printed
#   CIFAR10    the folder of CIFAR-10's binary version; without it that step is skipped
#   --try      every step as short as can be: to try this script where there is no GPU, with programs of CUDA=host
#
# A step may fail, or be missing what it needs, without ending the rest; the report says so. Exit code: 0 where no step failed.
# Environment: CUBLAS_LIB, the folder of libcublas.so.*, where it is not found by itself; LIMIT, seconds in all [480].
set -u
export LC_ALL=C

usage() {
  sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
  exit 2
}
absolute() { (cd "$1" 2>/dev/null && pwd) || { echo "on_gpu: $1: no such folder" >&2; exit 2; }; }

# ---- the steps; each prints, and "said: ..." is what the report shows of it. 77: skipped ----

said() { echo "said: $*"; }
skip() {
  said "$*"
  exit 77
}
sha_of() { sed -n 's/.*weights sha256 //p' "$1"; }
quick="--data synthetic:n=1600,test=100,size=32 --batch-size 16"
if [ -n "${TRY:-}" ]; then quick="--data synthetic:n=400,test=20,size=8 --batch-size 4"; fi

step_card() {
  if command -v nvidia-smi; then nvidia-smi; else echo "no nvidia-smi"; fi
  eca info || return
  said "$(eca info | grep '^cuda: ')"
  case $(eca info) in *'built without it'* | *'no NVIDIA GPU'*) return 1 ;; esac
}

# The twins against each other, on this GPU; and what the processor's role of one cannot show.
step_pairs() { tests '[pair],[cuda]~[host]'; }
step_tests() { KERNELS=cuda tests '[grad],[golden],[network],[every],[ops],[layers]'; }
tests() {
  if [ -n "${TRY:-}" ]; then set -- '[cuda]~[host],[ops]'; fi
  "$programs/run_tests" "$1" -d yes
  local code=$?
  said "$(grep -h -e '^All tests passed' -e '^test cases:' "$log" | tail -n 1)"
  return $code
}

step_program() {
  tests/experiments/device_test.sh "$programs/eca"
  local code=$?
  said "$(tail -n 1 "$log")"
  return $code
}

step_sanitizer() {
  local tool
  tool=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | head -n 1)
  [ -n "$tool" ] || skip "compute-sanitizer is not installed here"
  "$tool" --tool memcheck --target-processes all --error-exitcode 9 "$programs/eca" train --device cuda --overwrite --out "$work/sanitized" \
    --data synthetic:n=16,test=8,size=16 --batch-size 8 --steps 1
  local code=$?
  said "$(grep 'ERROR SUMMARY' "$log" | sed 's/=* *//' | tail -n 1)"
  return $code
}

# Two trainings of a hundred steps, and one that is killed and goes on, have the same weights.
step_bits() {
  local name sha=
  for name in one two; do
    # shellcheck disable=SC2086
    eca train --device cuda $quick --steps 100 --evaluate-every 100 --overwrite --out "$work/$name" >"$work/$name.txt" || return
    cat "$work/$name.txt"
    [ -z "$sha" ] || [ "$sha" = "$(sha_of "$work/$name.txt")" ] || { said "two trainings differ in their weights"; return 1; }
    sha=$(sha_of "$work/$name.txt")
  done
  rm -rf "$work/killed"
  # shellcheck disable=SC2086
  "$programs/eca" train --device cuda $quick --steps 100 --evaluate-every 100 --checkpoint-every 0 --out "$work/killed" >/dev/null &
  local pid=$! i
  for ((i = 0; i < 3000; ++i)); do
    [ ! -e "$work/killed/last.safetensors" ] || break
    sleep 0.01
  done
  kill -9 $pid
  wait $pid 2>/dev/null
  [ ! -e "$work/killed/weights.safetensors" ] || { said "the training ended before it could be killed"; return 1; }
  eca train --resume --out "$work/killed" >"$work/killed.txt" || return
  cat "$work/killed.txt"
  grep -q 'resuming after step' "$work/killed.txt" || { said "killed too early to be resumed"; return 1; }
  [ "$sha" = "$(sha_of "$work/killed.txt")" ] || { said "killed and resumed, the weights are others"; return 1; }
  said "weights sha256 $sha, twice and after kill -9 and --resume ($(grep -o 'after step [0-9]*' "$work/killed.txt"))"
}

step_accuracy() {
  [ -n "$cifar" ] || skip "no folder of CIFAR-10 was given"
  local length="--epochs 10 --evaluate-every 10"
  if [ -n "${TRY:-}" ]; then length="--steps 2 --batch-size 8"; fi
  # shellcheck disable=SC2086
  eca train --device cuda --model eca_resnet20 --data "cifar10:$cifar" $length --seed 1 --overwrite --out "$work/cifar"
  local code=$?
  said "$(grep '^test accuracy' "$log")"
  return $code
}

# NETWORK BATCH SIDE
networks="eca_resnet20 128 32
eca_resnet56 128 32
eca_resnet18_cifar 128 32
eca_resnet50 64 224"
if [ -n "${TRY:-}" ]; then
  networks="eca_resnet20 4 32
eca_resnet50 2 64"
fi
length="--seconds 3"
if [ -n "${TRY:-}" ]; then length="--steps 1"; fi

rate() { sed -n 's/.*"'"$2"'": *{[^}]*"images_per_second": *\([0-9.]*\).*/\1/p' "$1" 2>/dev/null | head -n 1; }

step_bench() {
  local network batch side code=0 text=
  while read -r network batch side; do
    # shellcheck disable=SC2086
    if timeout 30 "$programs/eca" bench --device cuda --json --model "$network" --batch-size "$batch" --image-size "$side" $length \
      >"$out/bench-$network.json"; then
      cat "$out/bench-$network.json"
      text="$text$network $(printf %.0f "$(rate "$out/bench-$network.json" training)"), "
    else
      rm "$out/bench-$network.json"
      code=1
      text="$text$network failed, "
    fi
  done <<<"$networks"
  said "training, images a second: ${text%, }"
  return $code
}

step_pytorch() {
  local network batch side setting code=0 done=0 settings="eager compile reduce-overhead"
  python3 -c 'import torch' 2>/dev/null || skip "python3 has no torch here"
  python3 -c 'import sys, torch; sys.exit(not torch.cuda.is_available())' || [ -n "${TRY:-}" ] || skip "torch finds no GPU here"
  # The quick ones first: should the time not suffice, the most is known.
  for setting in $settings; do
    while read -r network batch side; do
      # shellcheck disable=SC2086
      if timeout 45 python3 tests/cuda/torch_bench.py --model "$network" --batch-size "$batch" --image-size "$side" --setting "$setting" \
        $length >"$out/pytorch-$network-$setting.json"; then
        cat "$out/pytorch-$network-$setting.json"
        done=$((done + 1))
      else
        rm "$out/pytorch-$network-$setting.json"
        code=1
      fi
    done <<<"$networks"
  done
  said "$done measurements of PyTorch $(python3 -c 'import torch; print(torch.__version__)')"
  return $code
}

eca() { "$programs/eca" "$@"; }

if [ "${1:-}" = --step ]; then  # as run_step calls it
  cd "$root" || exit
  "step_$2"
  exit
fi

# ---- what is called ----

TRY=
if [ "${1:-}" = --try ]; then
  TRY=1
  shift
fi
[ $# -ge 2 ] && [ $# -le 3 ] || usage
programs=$(absolute "$1") || exit
mkdir -p "$2" && out=$(absolute "$2") || exit
cifar=
if [ -n "${3:-}" ]; then cifar=$(absolute "$3") || exit; fi
root=$(absolute "$(dirname "$0")/../..")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TRY programs out cifar root work log
rm -f "$out"/report.txt "$out"/report.json "$out"/*.log "$out"/bench-*.json "$out"/pytorch-*.json
for program in eca run_tests; do
  [ -x "$programs/$program" ] || { echo "on_gpu: $programs/$program: no such program" >&2; exit 2; }
done

# Libraries that came along go first; cuBLAS is looked for where toolkits and Python wheels have it.
libraries=$programs/lib
cublas=$(ldd "$programs/eca" | sed -n 's/^[[:space:]]*\(libcublas\.so[^ ]*\) => not found/\1/p')
if [ -n "$cublas" ] && [ ! -e "$programs/lib/$cublas" ]; then
  for folder in ${CUBLAS_LIB:+"$CUBLAS_LIB"} /usr/local/cuda*/lib64 /usr/local/cuda*/targets/*/lib /usr/lib/*-linux-gnu \
    $(python3 -c 'import sys; print("\n".join(p + "/nvidia/" + d + "/lib" for p in sys.path for d in ("cu13", "cublas")))' 2>/dev/null); do
    if [ -e "$folder/$cublas" ]; then
      libraries=$libraries:$folder
      cublas=
      break
    fi
  done
  [ -z "$cublas" ] || echo "on_gpu: $cublas was not found; say where it is: CUBLAS_LIB=FOLDER" >&2
fi
# The programs alone: Python brings libraries of its own.
mkdir "$work/programs"
for program in eca run_tests; do
  printf '#!/bin/sh\nLD_LIBRARY_PATH="%s${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "%s" "$@"\n' "$libraries" "$programs/$program" \
    >"$work/programs/$program"
  chmod +x "$work/programs/$program"
done
programs=$work/programs

limit=${LIMIT:-480}
begun=$SECONDS
failed=0
json_steps=

# A text as JSON has it.
quoted() { printf '"%s"' "$(printf '%s' "$1" | tr '\n\t' '  ' | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')"; }
report() { echo "$*" | tee -a "$out/report.txt"; }

# run_step NAME SECONDS WHAT: at most so long, and no longer than there is time at all.
run_step() {
  local name=$1 most=$2 what=$3 left=$((limit - SECONDS + begun)) from=$EPOCHREALTIME code seconds text result
  log=$out/$name.log
  if [ $left -lt $most ]; then most=$left; fi
  if [ $most -lt 1 ]; then
    code=none text="not begun: no time was left"
    : >"$log"
  else
    timeout -k 5 $most bash "$0" --step "$name" >"$log" 2>&1 </dev/null
    code=$?
    text=$(sed -n 's/^said: //p' "$log" | tail -n 1)
  fi
  seconds=$(awk "BEGIN { printf \"%.1f\", $EPOCHREALTIME - $from }")
  case $code in
    0) result=passed ;;
    77) result=skipped ;;
    none) result=failed ;;
    124 | 137) result=failed text="not done after $most s${text:+; $text}" ;;
    *) result=failed text=${text:-"exit code $code: $(grep -v '^$' "$log" | tail -n 1 | cut -c 1-200)"} ;;
  esac
  [ $result != failed ] || failed=$((failed + 1))
  report "$(printf '%-8s %6s s  %-40s %s' $result "$seconds" "$what" "$text")"
  json_steps="$json_steps${json_steps:+,
  }{\"step\": \"$name\", \"what\": $(quoted "$what"), \"result\": \"$result\", \"seconds\": $seconds, \"said\": $(quoted "$text")}"
}
export log=

date=$(date -u +%Y-%m-%dT%H:%M:%SZ)
report "ecagrad on a GPU, $date${TRY:+, every step as short as can be (--try)}"
card=$(nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2>/dev/null | head -n 1)
report "card, driver, memory: ${card:-no nvidia-smi here}"
version=$("$programs/eca" --version 2>&1 | tr '\n' ' ')
report "program: $version"
report

run_step card 15 "the card is there"
if [ $failed = 0 ]; then
  run_step pairs 60 "kernels, each against its twins"
  run_step tests 75 "gradients, PyTorch's numbers, networks"
  run_step bits 45 "the same bits"
  run_step accuracy 90 "ECA-ResNet-20, CIFAR-10, ten epochs"
  run_step bench 75 "speed"
  run_step pytorch 150 "PyTorch's speed"
  run_step sanitizer 60 "compute-sanitizer, one step"
  run_step program 60 "the program's own tests"
else
  report "nothing else can be run"
  tail -n 20 "$out/card.log"
fi

# ecagrad's speed in shares of PyTorch's.
json_ratios=
for theirs in "$out"/pytorch-*.json; do
  [ -s "$theirs" ] || continue  # not done in time
  name=${theirs##*/pytorch-} name=${name%.json}
  network=${name%%-*} setting=${name#*-}
  ours=$out/bench-$network.json
  [ -s "$ours" ] || continue
  ratio() {
    awk -v ours="$(rate "$ours" "$1")" -v theirs="$(rate "$theirs" "$1")" 'BEGIN { if (theirs > 0) printf "%.2f", ours / theirs; else print "null" }'
  }
  [ -n "$json_ratios" ] || { report; report "images a second, ecagrad over PyTorch (float32, TF32 off, channels_last):"; }
  report "$(printf '  %-20s %-16s training %8.0f over %8.0f = %5s   inference %8.0f over %8.0f = %5s' "$network" "$setting" \
    "$(rate "$ours" training)" "$(rate "$theirs" training)" "$(ratio training)" \
    "$(rate "$ours" inference)" "$(rate "$theirs" inference)" "$(ratio inference)")"
  json_ratios="$json_ratios${json_ratios:+,
  }{\"network\": \"$network\", \"pytorch\": \"$setting\", \"training\": $(ratio training), \"inference\": $(ratio inference)}"
done

# array FILE...: their lines as a list.
array() {
  local file text=
  for file; do
    if [ -s "$file" ]; then text="$text${text:+,
  }$(tail -n 1 "$file")"; fi
  done
  echo "[$text]"
}
total=$((SECONDS - begun))
cat >"$out/report.json" <<END
{"date": "$date", "try": ${TRY:-0}, "card": $(quoted "${card:-}"), "program": $(quoted "$version"), "seconds": $total, "failed": $failed,
 "steps": [$json_steps],
 "ratios": [$json_ratios],
 "bench": $(array "$out"/bench-*.json),
 "pytorch": $(array "$out"/pytorch-*.json)}
END
report
report "$total s, $failed failed"
[ $failed -eq 0 ]
