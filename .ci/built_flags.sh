# Sourced, with built=BUILD/VARIANT: how to compile and link a program as what was built there. Sets `compile`, `link` and
# `libraries`, the latter to stand after the program's own objects.
# shellcheck shell=sh disable=SC2034,SC2154
compile=$(sed 's/ -MMD .*//; q' "$built/flags.txt")
link=$(sed 's/ [^ ]*\.o .*//; q' "$built/objects.txt")
libraries="$built/libecagrad.a $(sed 's/.*\.o //; s/-lCatch2//; q' "$built/objects.txt")"
