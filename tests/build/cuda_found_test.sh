#!/bin/sh
# .ci/cuda.sh among folders as a toolkit, Debian's packages and a Python wheel have them, and among such as lack something.
#   tests/build/cuda_found_test.sh
set -u
find=$(pwd)/.ci/cuda.sh
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0 checks=0

# nvcc FOLDER RELEASE TOP: a program that says of itself what nvcc does.
nvcc() {
  mkdir -p "$1"
  printf '#!/bin/sh\ncase $1 in --version) echo "Cuda compilation tools, release %s, V%s.1" ;; *) echo "#\\$ TOP=%s" >&2 ;; esac\n' \
    "$2" "$2" "$3" >"$1/nvcc"
  chmod +x "$1/nvcc"
}
# files FILE...: each with nothing in it.
files() {
  for file; do
    mkdir -p "$(dirname "$file")"
    : >"$file"
  done
}
# run CODE PATH_BEFORE COMMAND [VARIABLE=VALUE]...: cuda.sh COMMAND must end with CODE; what it says is in $said.
run() {
  code=$1 path=$2 word=$3
  shift 3
  checks=$((checks + 1))
  said=$(env -u CUDA_ARCH -u CUBLAS -u CUDA_HOME SYSTEM_ROOT="$root" PATH="$path:$work/tools" "$@" "$find" "$word" 2>&1)
  found=$?
  [ $found -eq "$code" ] || fail "expected exit code $code, found $found"
}
says() { case $said in *"$1"*) ;; *) fail "expected the text: $1" ;; esac }
fail() {
  echo "cuda_found: $path, $word: $1"
  echo "$said" | sed 's/^/    /'
  failures=$((failures + 1))
}

# Nothing of this machine's is in the way.
mkdir "$work/tools"
for tool in sh env sed; do ln -s "$(command -v $tool)" "$work/tools"; done
root=$work/bare
mkdir "$root"

run 1 "$work/none" report
says 'missing for CUDA=1: nvcc and cuBLAS'
says 'nvidia-cuda-toolkit'
says 'nvidia-cublas'
says 'CUDA_HOME'
run 0 "$work/none" words
[ "$said" = arch=sm_80 ] || fail "expected arch=sm_80 alone"

# A toolkit of NVIDIA's. What is called nvcc in PATH lies elsewhere.
toolkit=$work/cuda-13
nvcc "$work/bin" 13.0 "$toolkit/bin/.."
files "$toolkit/bin/x" "$toolkit/lib64/libcudart.so" "$toolkit/lib64/libcudart.so.13"
run 1 "$work/bin" report
says 'missing for CUDA=1: cuBLAS'
files "$toolkit/targets/x86_64-linux/include/cublas_v2.h" "$toolkit/lib64/libcublas.so.13" "$toolkit/lib64/libcublasLt.so.13"
run 0 "$work/bin" report
says "for CUDA   nvcc 13.0, cuBLAS $toolkit/lib64/libcublas.so.13, for sm_80 (the default"
run 0 "$work/bin" words
says "nvcc=$work/bin/nvcc"
says "link=-l:libcudart.so"
says "link=-l:libcublas.so.13"
says "link=-Wl,-rpath,$toolkit/lib64"
case $said in *include=*) fail "the toolkit's headers are nvcc's own business" ;; esac

# In no PATH: where such toolkits lie, and where CUDA_HOME says.
nvcc "$work/home/bin" 12.4 "$toolkit"
run 0 "$work/none" words CUDA_HOME="$work/home"
says "nvcc=$work/home/bin/nvcc"
nvcc "$root/usr/local/cuda/bin" 13.0 "$toolkit"
run 0 "$work/none" words
says "nvcc=$root/usr/local/cuda/bin/nvcc"

# The wheel beside a toolkit without cuBLAS, its folder named from where make runs; a folder that is something else.
rm "$toolkit"/lib64/libcublas*
wheel=$work/site-packages/nvidia/cu13
files "$wheel/include/cublas_v2.h" "$wheel/lib/libcublas.so.13" "$wheel/lib/libcublasLt.so.13"
run 0 "$work/bin" words CUBLAS="$wheel"
says "include=$wheel/include"
says "link=-L$wheel/lib"
says "link=-l:libcublas.so.13"
files "$work/other/include/cublas_v2.h"
run 1 "$work/bin" report CUBLAS="$work/other"
says "CUBLAS=$work/other: expected include/cublas_v2.h and lib/libcublas.so* there, found only $work/other/include/cublas_v2.h"

# Debian's packages, the older of which know no C++20.
root=$work/debian
files "$root/usr/include/cublas_v2.h" "$root/usr/lib/x86_64-linux-gnu/libcublas.so" "$root/usr/lib/x86_64-linux-gnu/libcudart.so"
nvcc "$root/usr/bin" 12.4 "$root/usr/lib/nvidia-cuda-toolkit"
run 0 "$root/usr/bin" report
says "cuBLAS $root/usr/lib/x86_64-linux-gnu/libcublas.so"
nvcc "$root/usr/bin" 11.8 "$root/usr/lib/nvidia-cuda-toolkit"
run 1 "$root/usr/bin" report
says "is of CUDA 11.8, 12 or newer is needed"

# The GPU's own -arch, unless another is asked for.
printf '#!/bin/sh\necho 9.0\necho 8.6\n' >"$work/tools/nvidia-smi"
chmod +x "$work/tools/nvidia-smi"
run 0 "$work/bin" words
says "arch=sm_90"
run 0 "$work/bin" words CUDA_ARCH=sm_75
says "arch=sm_75"
printf '#!/bin/sh\necho "No devices were found"\n' >"$work/tools/nvidia-smi"
run 0 "$work/bin" words
says "arch=sm_80"

# make refuses before it compiles.
checks=$((checks + 1)) path=make word='CUDA=yes'
said=$(make CUDA=yes help 2>&1) && fail "expected an error"
says 'CUDA=yes: expected 1 or host'

echo "cuda_found: $checks checks, $failures failed"
[ $failures -eq 0 ]
