#!/bin/bash
# The exercises of docs/book, built with libecagrad.a as it is in BUILD/VARIANT.
#
#   .ci/exercise.sh find N                 the folder of exercise N
#   .ci/exercise.sh BUILD/VARIANT N       exercise N: docs/book/exercises/N_.../exercise.cpp against its test
#   .ci/exercise.sh BUILD/VARIANT all     of every exercise: the file as it is given must fail, the solution must pass
set -euo pipefail
built=$1 which=$2

if [ "$which" != all ]; then
  count=$(find docs/book/exercises -mindepth 1 -type d | wc -l)
  case $which in
    *[!0-9]* | '') echo "make exercise N=3: which of 1 to $count? Found N=$which" >&2; exit 1 ;;
  esac
  folder=$(find docs/book/exercises -mindepth 1 -type d -name "$(printf '%02d' "$((10#$which))")_*")
  if [ -z "$folder" ]; then
    echo "make exercise: there is no exercise $which; they are 1 to $count" >&2
    exit 1
  fi
  if [ "$built" = find ]; then
    echo "$folder: the task stands in task.hpp; yours is exercise.cpp"
    exit
  fi
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_WAIT_POLICY=passive

# There is little to compute: to compile quickly is more.
. .ci/built_flags.sh
compile=$(echo "$compile" | sed 's/-O3/-O0/; s/ -g1//')

# build FOLDER NAME: FOLDER/NAME.cpp with FOLDER/test.cpp
build() {
  local folder=$1 name=$2 to
  to=$work/$(basename "$1")
  mkdir -p "$to"
  # shellcheck disable=SC2086  # words
  { [ -e "$to/test.o" ] || $compile -c "$folder/test.cpp" -o "$to/test.o"; } &&
    $compile -c "$folder/$name.cpp" -o "$to/$name.o" &&
    $link "$to/$name.o" "$to/test.o" $libraries -o "$to/$name"
}

# One exercise, both ways; prints what is wrong with it.
prove() {
  local folder=$1 number
  number=$(basename "$folder")
  for name in exercise solution; do
    if ! build "$folder" "$name" >"$work/$number.$name" 2>&1; then
      echo "$number: $name.cpp does not compile"
      cat "$work/$number.$name"
    elif "$work/$number/$name" >"$work/$number.$name" 2>&1; then
      [ $name = solution ] || echo "$number: its test passes before anything is done"
    elif [ $name = solution ]; then
      echo "$number: the solution fails"
      cat "$work/$number.$name"
    fi
  done
}

if [ "$which" = all ]; then
  export -f build prove
  export built work compile link libraries
  find docs/book/exercises -mindepth 1 -type d | LC_ALL=C sort >"$work/folders"
  xargs -P "$(nproc)" -I '{}' bash -c "prove '{}'" <"$work/folders" | tee "$work/wrong"
  echo "exercises: $(wc -l <"$work/folders"), each fails as given and passes with its solution"
  [ ! -s "$work/wrong" ]
  exit
fi

build "$folder" exercise
if "$work/$(basename "$folder")/exercise"; then
  echo "passed. One way to do it: $folder/solution.cpp"
else
  echo "$folder/exercise.cpp: not yet"
  exit 1
fi
