#!/bin/sh
# What the build stands on, and how to get it.
#
#   .ci/deps.sh report [GOAL...]   prints what is there, yes or no. If something that these goals of make need is
#                                  missing, installs it where there is apt-get, and elsewhere names the packages and
#                                  fails. Every build begins with this.
#   .ci/deps.sh install            installs everything: `make deps`
#   .ci/deps.sh program NAME [PACKAGE]    installs the package unless there is the program: what only some goals need
#
# Environment: CXX, ARCH, CPPFLAGS, LDFLAGS, CUDA, CUDA_ARCH, CUBLAS and MPI as in the Makefile. Nothing is cached: the checks take
# 0.1 s.
set -eu

CXX=${CXX:-g++}
goals=" ${*:-report} "

# ---- the packages, by their Debian names ----

case ${CXX##*/} in
  clang++*)  # clang++-15: clang-15 libomp-15-dev
    compiler_packages="clang${CXX##*clang++} libomp${CXX##*clang++}-dev" ;;
  *) compiler_packages=${CXX##*/} ;;
esac
needed_packages="$compiler_packages
  libopenblas-dev libcli11-dev nlohmann-json3-dev libjpeg62-turbo-dev libpng-dev libstb-dev
  zlib1g-dev libssl-dev"
fuzz_packages="clang libomp-dev libclang-rt-14-dev"
test_packages="catch2 pkgconf"
demo_packages="gnuplot-nox dataset-fashion-mnist"

# ---- what is there? ----

# "yes" if the preprocessor's answer to probe_headers has the word in it.
has() { case " $answer " in *" $1 "*) echo yes ;; *) echo no ;; esac }

# One run of the preprocessor answers for all headers and for the instruction set.
probe_headers() {
  # shellcheck disable=SC2086  # flags are words
  "$CXX" -std=c++20 ${ARCH:+-march=$ARCH} -fopenmp ${CPPFLAGS:-} -E -P -x c++ - <<'END' 2>/dev/null || true
#if defined(__clang__) ? __clang_major__ >= 14 : __GNUC__ >= 12
compiler
#endif
#if defined(_OPENMP) && __has_include(<omp.h>)
openmp
#endif
#if __has_include(<cblas.h>)
openblas
#endif
#if __has_include(<CLI/CLI.hpp>)
cli11
#endif
#if __has_include(<nlohmann/json.hpp>)
json
#endif
#if __has_include(<jpeglib.h>)
jpeg
#endif
#if __has_include(<png.h>)
png
#endif
#if __has_include(<stb/stb_image_write.h>)
stb
#endif
#if __has_include(<zlib.h>)
zlib
#endif
#if __has_include(<openssl/evp.h>)
libcrypto
#endif
#if __has_include(<catch2/catch.hpp>) || __has_include(<catch2/catch_all.hpp>)
catch2
#endif
#if defined(__AVX512F__)
AVX-512
#elif defined(__AVX2__)
AVX2
#elif defined(__SSE2__)
SSE2
#elif defined(__ARM_NEON)
NEON
#endif
END
}

# Can a program be linked with these flags?
links() {
  # shellcheck disable=SC2086
  echo 'int main() {}' | "$CXX" -x c++ - -x none -o "$scratch" ${LDFLAGS:-} "$@" 2>/dev/null
}

look() {
  answer=$(probe_headers | tr '\n' ' ')
  compiler=$(has compiler) openmp=$(has openmp) openblas=$(has openblas) cli11=$(has cli11) json=$(has json)
  jpeg=$(has jpeg) png=$(has png) stb=$(has stb) zlib=$(has zlib) libcrypto=$(has libcrypto) catch2=$(has catch2)
  if [ "$compiler" = yes ]; then  # headers without their libraries do not help
    scratch=$(mktemp)
    if ! links -fopenmp -lopenblas -ljpeg -lpng -lz -lcrypto; then
      links -fopenmp || openmp=no
      links -lopenblas || openblas=no
      links -ljpeg || jpeg=no
      links -lpng || png=no
      links -lz || zlib=no
      links -lcrypto || libcrypto=no
    fi
    fuzzer=yes
    case $goals in *" fuzz "*)
      echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
        "$CXX" -x c++ - -x none -fsanitize=fuzzer,address -o "$scratch" 2>/dev/null || fuzzer=no ;;
    esac
    rm -f "$scratch"
  fi
  pkg_config=no
  if command -v pkg-config >/dev/null; then pkg_config=yes; fi
  gnuplot=no
  if command -v gnuplot >/dev/null; then gnuplot=yes; fi
  fashion_mnist=no
  if [ -d /usr/share/datasets/fashion-mnist ]; then fashion_mnist=yes; fi
}

print_table() {
  isa=unknown
  for word in $answer; do
    case $word in AVX-512 | AVX2 | SSE2 | NEON) isa=$word ;; esac
  done
  version=$("$CXX" -dumpfullversion 2>/dev/null || "$CXX" -dumpversion 2>/dev/null || echo "not found")
  echo "compiler   $CXX $version, instructions $isa (ARCH=${ARCH:-})"
  echo "needed     OpenMP $openmp, OpenBLAS $openblas, CLI11 $cli11, nlohmann-json $json, libjpeg $jpeg," \
    "libpng $png, stb $stb, zlib $zlib, libcrypto $libcrypto"
  echo "for tests  Catch2 $catch2, pkg-config $pkg_config"
  echo "for demo   gnuplot $gnuplot, Fashion-MNIST $fashion_mnist"
}

# The packages that the goals cannot do without and that are not there.
missing_packages() {
  [ "$compiler" = yes ] && [ "$openmp" = yes ] || echo "$compiler_packages"
  [ "$openblas" = yes ] || echo libopenblas-dev
  [ "$cli11" = yes ] || echo libcli11-dev
  [ "$json" = yes ] || echo nlohmann-json3-dev
  [ "$jpeg" = yes ] || echo libjpeg62-turbo-dev
  [ "$png" = yes ] || echo libpng-dev
  [ "$stb" = yes ] || echo libstb-dev
  [ "$zlib" = yes ] || echo zlib1g-dev
  [ "$libcrypto" = yes ] || echo libssl-dev
  [ "${fuzzer:-yes}" = yes ] || echo "$fuzz_packages"
  case $goals in
    *" test "* | *" asan "* | *" tsan "* | *" run_tests."*)
      [ "$catch2" = yes ] || echo catch2 ;;
  esac
}

# ---- installing ----

root=""
if [ "$(id -u)" != 0 ]; then root=sudo; fi

# Installs packages without asking anything; fails, with a reason, where that cannot be done.
apt_install() {
  if ! command -v apt-get >/dev/null; then
    echo "There is no apt-get here. Install, by your system's own means, what Debian calls: $*" >&2
    return 1
  fi
  if [ -n "$root" ] && ! command -v sudo >/dev/null; then
    echo "Not root, and there is no sudo. As root: apt-get install --no-install-recommends $*" >&2
    return 1
  fi
  echo "make deps: installing $*"
  $root apt-get update -qq &&
    $root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "$@"
}

# ---- the two commands ----

if [ "${1:-}" = install ]; then
  # shellcheck disable=SC2086
  apt_install $needed_packages $test_packages $demo_packages
  exit
fi

if [ "${1:-}" = program ]; then
  command -v "$2" >/dev/null || apt_install "${3:-$2}"
  exit
fi

stop_if_too_old() {
  if [ "$compiler" = no ] && command -v "$CXX" >/dev/null; then
    echo "$CXX is too old: g++ 12 or clang++ 14, or newer, is needed (another one: make CXX=...)" >&2
    exit 1
  fi
}

look
missing=$(missing_packages | tr '\n' ' ')
if [ -n "$missing" ]; then
  print_table
  stop_if_too_old
  echo "missing: ${missing% }"
  # shellcheck disable=SC2086
  apt_install $needed_packages $test_packages $demo_packages ${missing} || exit 1
  look
  missing=$(missing_packages | tr '\n' ' ')
  if [ -n "$missing" ]; then
    print_table
    stop_if_too_old
    echo "installed, and still not usable by $CXX: ${missing% }" >&2
    exit 1
  fi
fi

# The demos are better with pictures and real images, but do without.
case $goals in *" demo "* | *" detect-demo "*)
  if [ "$gnuplot" = no ] || [ "$fashion_mnist" = no ]; then
    # shellcheck disable=SC2086
    apt_install $demo_packages || echo "going on without: no plots, or no Fashion-MNIST"
    look
  fi ;;
esac
print_table

if [ "${MPI:-}" = 1 ]; then
  .ci/mpi.sh report || { apt_install libopenmpi-dev openmpi-bin && .ci/mpi.sh report; }
fi

# No package of the main archive brings what a GPU needs, so nothing is installed for it.
if [ "${CUDA:-}" = 1 ]; then .ci/cuda.sh report; fi
