#!/bin/sh
# What a program that computes on a GPU is built with: nvcc, cuBLAS, and the processor it is compiled for.
#
#   .ci/cuda.sh words     for make: NAME=VALUE of nvcc, arch, include and link, but for what is missing
#   .ci/cuda.sh report    says in a line what there is; fails where something is missing, naming what to install
#
# Environment, as in the Makefile: CUDA_ARCH, CUBLAS. CUDA_HOME, the toolkit's folder, goes before an nvcc in PATH.
# SYSTEM_ROOT, for tests, is where /usr lies.
set -eu

oldest=12  # the first nvcc that knows C++20
usr=${SYSTEM_ROOT:-}/usr

# first PATTERN FOLDER...: the first file of that name, or with something behind it, in the first folder that has one.
first() {
  pattern=$1
  shift
  for folder; do
    for file in "$folder/$pattern"*; do
      if [ -e "$file" ]; then
        echo "$(cd "$folder" && pwd)/${file##*/}"
        return
      fi
    done
  done
}

nvcc=
for file in ${CUDA_HOME:+"$CUDA_HOME/bin/nvcc"} "$(command -v nvcc || true)" "$usr/local/cuda/bin/nvcc"; do
  if [ -z "$nvcc" ] && [ -x "$file" ]; then nvcc=$file; fi
done

# The toolkit's own folders: nvcc says where it lies, which is not where a link or a script of that name does.
release=0 top=
if [ -n "$nvcc" ]; then
  release=$("$nvcc" --version | sed -n 's/.*release \([0-9.]*\).*/\1/p')
  top=$("$nvcc" --dryrun -x cu /dev/null 2>&1 | sed -n 's/^#\$ TOP=//p')
fi
system="$usr/lib/x86_64-linux-gnu $usr/lib/aarch64-linux-gnu $usr/lib64"
libraries="$top/lib64 $top/lib $top/targets/*/lib $system"
headers="$top/include $top/targets/*/include $usr/include"

# shellcheck disable=SC2086  # lists of folders
{
  cudart=$(first libcudart.so $libraries)
  if [ -n "${CUBLAS:-}" ]; then
    cublas=$(first libcublas.so "$CUBLAS/lib" "$CUBLAS/lib64")
    header=$(first cublas_v2.h "$CUBLAS/include")
  else
    cublas=$(first libcublas.so $libraries)
    header=$(first cublas_v2.h $headers)
  fi
}

arch=${CUDA_ARCH:-}
chosen=given
if [ -z "$arch" ]; then
  chosen="this machine's"
  arch=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | sed -n '1s/^\([0-9]*\)\.\([0-9]\)$/sm_\1\2/p')
fi
if [ -z "$arch" ]; then
  chosen="the default"
  arch=sm_80
fi

# link FILE: how a program is linked with this library, and finds it again when it runs.
link() { echo "-L${1%/*} -Wl,-rpath,${1%/*} -l:${1##*/}"; }

case $1 in
  words)
    if [ -n "$nvcc" ]; then echo "nvcc=$nvcc"; fi
    echo "arch=$arch"
    if [ -n "${CUBLAS:-}" ] && [ -n "$header" ]; then echo "include=${header%/*}"; fi  # nvcc finds the toolkit's
    if [ -n "$cudart" ] && [ -n "$cublas" ]; then
      for word in $(link "$cudart") $(link "$cublas"); do echo "link=$word"; done
    fi
    ;;
  report)
    missing=
    if [ -z "$nvcc" ]; then
      missing="nvcc"
    elif [ "${release%%.*}" -lt $oldest ]; then
      missing="an nvcc that knows C++20 ($nvcc is of CUDA $release, $oldest or newer is needed)"
    elif [ -z "$cudart" ]; then
      missing="libcudart.so (looked for in$(printf ' %s' $libraries))"
    fi
    if [ -z "$cublas" ] || [ -z "$header" ]; then missing="$missing${missing:+ and }cuBLAS"; fi
    if [ -n "$missing" ]; then
      echo "missing for CUDA=1: $missing"
      echo "Install one of these, then make again; \`make CUDA=host\` needs neither and lets the processor play the GPU:"
      echo "  NVIDIA's CUDA toolkit, $oldest or newer: in PATH, in /usr/local/cuda, or where CUDA_HOME says"
      echo "  Debian's package nvidia-cuda-toolkit, from Debian 13 on (section non-free)"
      echo "  cuBLAS alone: the Python wheel nvidia-cublas, and make CUDA=1 CUBLAS=DIR, where DIR has its include/ and lib/"
      if [ -n "${CUBLAS:-}" ]; then
        echo "CUBLAS=$CUBLAS: expected include/cublas_v2.h and lib/libcublas.so* there, found" \
          "$([ -n "$header$cublas" ] && echo "only ${header:-$cublas}" || echo neither)"
      fi
      exit 1
    fi >&2
    echo "for CUDA   nvcc $release, cuBLAS ${cublas}, for $arch ($chosen; another one: CUDA_ARCH=)"
    ;;
esac
