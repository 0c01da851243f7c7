#!/bin/sh
# `make install`, and the programs of docs/tutorial built against what it installs, in a folder of their own.
# Environment: that of .ci/install.sh.
set -u

if ! command -v pkg-config >/dev/null; then
  echo "tutorial: skipped, there is no pkg-config"
  exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0 checks=0

fail() {
  echo "tutorial: $1"
  sed 's/^/    /' "$work/output"
  failures=$((failures + 1))
}
# expect WHAT COMMAND...: the command must succeed.
expect() {
  what=$1
  shift
  checks=$((checks + 1))
  "$@" >"$work/output" 2>&1 || fail "$what"
}
refused() { ! "$@"; }
says() { grep -q -F -e "$2" "$1"; }
install_into() { DESTDIR=$1 PREFIX=$2 .ci/install.sh install; }

# Where files go.
expect "install below DESTDIR" install_into "$work/stage" /opt/ecagrad
staged=$work/stage/opt/ecagrad
for file in bin/eca lib/libecagrad.a include/ecagrad/ecagrad.hpp include/ecagrad/core/autograd/tape.hpp; do
  expect "$file is installed" test -s "$staged/$file"
done
expect "DESTDIR is no part of ecagrad.pc" says "$staged/lib/pkgconfig/ecagrad.pc" "prefix=/opt/ecagrad"
expect "the program runs" "$staged/bin/eca" list
expect "uninstall" env DESTDIR="$work/stage" PREFIX=/opt/ecagrad .ci/install.sh uninstall
expect "uninstall leaves no file" test -z "$(find "$work/stage" -type f)"
: >"$work/file"
expect "a prefix that cannot be made" refused install_into "" "$work/file/prefix"
cp "$work/output" "$work/message"
expect "it says what to do" says "$work/message" "or elsewhere: make install PREFIX="

# The programs.
expect "install" install_into "" "$work/prefix"
PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig
export PKG_CONFIG_PATH
flags=$(pkg-config --cflags --libs ecagrad)
OMP_WAIT_POLICY=passive  # what else runs here must not wait for threads that wait
export OMP_WAIT_POLICY
mkdir "$work/programs"
cp docs/tutorial/*.cpp "$work/programs"
cd "$work/programs" || exit 1

# shellcheck disable=SC2086  # words
build() { "$CXX" -O1 -Wall -Wextra -Werror "$1.cpp" $flags -o "$1"; }
# The last number of a program's last line is below LIMIT.
below() { tail -n 1 "$work/output" | awk -v limit="$1" '{ exit !($NF < limit) }'; }
learns() {
  expect "$1 is built" build "$1"
  expect "$1 runs" "./$1"
  checks=$((checks + 1))
  below "$2" || fail "$1: its last loss is not below $2"
}
learns spiral 0.02
learns train_images 1.7
expect "its weights are written, and read" "$work/prefix/bin/eca" info small_net.safetensors
learns new_attention 1.8
learns new_op 1e-3

# What the gradient check is for: a backward with a sign turned is found.
sed 's/std::exp(-x/std::exp(x/' new_op.cpp >wrong_op.cpp
expect "the sign is turned" refused cmp new_op.cpp wrong_op.cpp
expect "wrong_op is built" build wrong_op
expect "the wrong backward is found" refused ./wrong_op

echo "tutorial: $checks checks, $failures failed"
[ $failures -eq 0 ]
