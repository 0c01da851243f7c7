#!/bin/sh
# docs/adding-an-attention-module.md, done as it says: its files and its line are put into a tree of their own,
# compiled, and linked with what is built already; then its tests, those that run over the registry, and its
# commands are run.
#
#   adding_attention_test.sh PROGRAM TESTS      the folders, BUILD/VARIANT, where eca and where run_tests were built
set -u

root=$(pwd)
page=$root/docs/adding-an-attention-module.md
program=$(cd "$1" && pwd)
tests=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failures=0 checks=0

fail() {
  echo "adding an attention module: $1"
  tail -n 30 "$work/output" | sed 's/^/    /'
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
# The fenced block below the line <!-- $1 -->.
block() {
  awk -v marker="<!-- $1 -->" '
    $0 == marker { found = 1; next }
    found && /^```/ { if (inside) exit; inside = 1; next }
    inside' "$page"
}

# A tree of its own: the new files, the registry with its new line, and the golden files where tests look for them.
for file in $(sed -n 's/^<!-- file \(.*\) -->$/\1/p' "$page"); do
  mkdir -p "$work/tree/$(dirname "$file")"
  block "file $file" >"$work/tree/$file"
done
registry=$(sed -n 's/^<!-- line \(.*\) -->$/\1/p' "$page")
line=$(block "line $registry") awk '{ print } /^#define ATTENTION_MODULES/ { print ENVIRON["line"] }' "$registry" \
  >"$work/tree/$registry"
ln -s "$root/tests/golden" "$work/tree/tests/golden"
sources=$(cd "$work/tree" && find . -name '*.cpp')
checks=$((checks + 1))
[ "$(echo "$sources" | wc -l)" -eq 3 ] || fail "expected a module, a test and the registry, found: $sources"

# Folders are compiled as one file each, so the tree needs the project's other files of those that it adds to.
for folder in layers/attention tests/layers/attention; do
  for file in "$root/$folder"/*.cpp; do
    [ -e "$work/tree/$folder/$(basename "$file")" ] || ln -s "$file" "$work/tree/$folder"
  done
done
# Compiled as what is built already was, and linked with it. The linker takes the new modules, and none from the library.
objects() { tr ' ' '\n' <"$built/objects.txt" | grep "/$(basename "$built")/$1/.*\.o$" | sed "s|^.*$(basename "$built")/|$built/|"; }
# build BUILT NAME FOLDER...: compiles those of the new tree, links $work/NAME with what BUILT holds of the program and, for
# run_tests, of the tests.
build() {
  built=$1 target=$2
  shift 2
  compile=$(sed 's/ -MMD .*//; s/-O3/-O1/; q' "$built/flags.txt")
  link=$(sed 's/ [^ ]*\.o .*//; q' "$built/objects.txt")
  libraries=$(sed 's/.*\.o //; q' "$built/objects.txt")
  case $target in
    eca) old=$(objects experiments) ;;
    run_tests) old="$(objects tests) $(objects experiments | grep -v '/experiments/main\.o$') $(dirname "$built")/catch2.o" ;;
  esac
  mkdir -p "$work/$target.objects"
  for folder in "$@"; do
    object=$(echo "$folder" | tr / _)
    printf '#include "%s"\n' "$folder"/*.cpp >"$work/$target.objects/$object.cpp"
    # shellcheck disable=SC2086  # words
    (cd "$work/tree" && $compile "-I$root" -c "$work/$target.objects/$object.cpp" -o "$work/$target.objects/$object.o") &
    old=$(echo "$old" | tr ' ' '\n' | grep -v "/$folder\.o$")
  done
  wait
  [ "$(find "$work/$target.objects" -name '*.o' | wc -l)" -eq $# ] || return
  # shellcheck disable=SC2086  # words
  $link "$work/$target.objects"/*.o $old "$built/libecagrad.a" $libraries -o "$work/$target"
}
cd "$work/tree" || exit 1
expect "the program is built" build "$program" eca layers/attention
expect "its tests are built" build "$tests" run_tests layers/attention tests/layers/attention
if [ $failures -gt 0 ]; then exit 1; fi

name=$(basename "$registry" .cpp)
for file in layers/attention/*.cpp; do
  [ -L "$file" ] || [ "$file" = "$registry" ] || name=$(basename "$file" .cpp)
done
expect "its own tests pass" "$work/run_tests" "[$name]"
checks=$((checks + 1))
says "$work/output" "All tests passed" || fail "it has no test of its own"
expect "the tests of every module pass" "$work/run_tests" "[every]" -c "$name"
checks=$((checks + 1))
says "$work/output" "gradient checks: 2" || fail "its gradient was not checked in both kernel modes"

# Without its test it is found out.
mv "tests/layers/attention/${name}_test.cpp" "$work"
expect "a module without a test is found" refused "$work/run_tests" "[every]" -c "$name"
checks=$((checks + 1))
says "$work/output" "no golden has $name" || fail "the message does not say that a test is missing"

OMP_WAIT_POLICY=passive  # what else runs here must not wait for threads that wait
export OMP_WAIT_POLICY

# Its commands.
block run >"$work/commands"
checks=$((checks + 1))
[ -s "$work/commands" ] || fail "the page has no commands"
while read -r command; do
  expect "$command" sh -c "$work/eca ${command#build/eca }"
done <"$work/commands"
expect "eca list" "$work/eca" list
checks=$((checks + 1))
says "$work/output" "  $name " || fail "eca list does not name it"

echo "adding an attention module: $checks checks, $failures failed"
[ $failures -eq 0 ]
