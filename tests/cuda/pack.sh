#!/bin/sh
# Puts what tests/cuda/on_gpu.sh needs into one folder, to be carried to a machine with a GPU that has no compiler, no network
# and other libraries:
#
#   tests/cuda/pack.sh FOLDER PROGRAMS [--with-cublas]
#   tests/cuda/pack.sh /tmp/gpu build/cuda/release        then, there:   /tmp/gpu/tests/cuda/on_gpu.sh /tmp/gpu OUT
#
# PROGRAMS is where make CUDA=1 put eca and run_tests: make CUDA=1 BUILD=build/cuda VARIANT=release build/cuda/release/eca
# build/cuda/release/run_tests. Libraries come along as ldd names them, but for the C library and cuBLAS, which has hundreds of
# megabytes: on_gpu.sh looks for it there.
set -eu

if [ $# -lt 2 ]; then
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
to=$1 programs=$2 with_cublas=${3:-}
cd "$(dirname "$0")/../.."

for program in eca run_tests; do
  if [ ! -x "$programs/$program" ]; then
    echo "pack: $programs/$program: not there; expected the programs of make CUDA=1" >&2
    exit 1
  fi
done

mkdir -p "$to/lib" "$to/experiments"
for program in eca run_tests; do strip -g -o "$to/$program" "$programs/$program"; done

missing=
{ ldd "$programs/eca"; ldd "$programs/run_tests"; } | sort -u >"$to/libraries.txt"
while read -r name arrow path _; do
  [ "$arrow" = "=>" ] || continue
  case $name in
    libc.so.* | libm.so.* | libpthread.so.* | libdl.so.* | librt.so.* | libcuda.so.*) continue ;;
    libcublas*) [ -n "$with_cublas" ] || continue ;;
  esac
  case $path in
    /*) cp -L "$path" "$to/lib/$name" ;;
    *) missing="$missing $name" ;;
  esac
done <"$to/libraries.txt"
if [ -n "$missing" ]; then
  echo "pack: not found on this machine either:$missing" >&2
  exit 1
fi

# What the tests and the comparison with PyTorch read.
for folder in tests/golden tests/cuda tests/experiments; do
  mkdir -p "$to/$folder"
  cp -R "$folder/." "$to/$folder"
done
cp experiments/*.py "$to/experiments"
echo "packed: $to, $(du -sm "$to" | cut -f1) MiB$([ -n "$with_cublas" ] || echo ', without cuBLAS')"
