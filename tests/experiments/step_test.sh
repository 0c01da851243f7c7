#!/bin/sh
# `eca step`, without keys and at a pseudo-terminal (`script` of util-linux).
#   tests/experiments/step_test.sh PROGRAM [PROGRAM OF make debug]
suite=step
eca=$1
debug=${2:-}
. "$(dirname "$0")/checks.sh"

# Rows in a file, one for each node, from the loss on.
works step --ops plain --batch-size 2 --to "$work/plain.csv"
says '107 nodes -> '
[ "$(wc -l <"$work/plain.csv")" -eq 108 ] || fail "step --to: expected 108 lines"
grep -q '^106,CrossEntropyBackward,,1,1,1,1,0,' "$work/plain.csv" || fail "step --to: the loss is not first"
grep -q '^0,Conv2dBackward,conv1,2x32x32x16,.*conv1.weight 3x3x3x16 ' "$work/plain.csv" || fail "step --to: no last row"
grep -q ',ScaleChannelsBackward,layer2.1.eca,' "$work/plain.csv" || fail "step --to: no row of an ECA"
! grep -q 'not_finite [1-9]' "$work/plain.csv" || fail "step --to: a new network has gradients that are not finite"
works step --ops fused --model resnet20 --attention se:r=8 --batch-size 2 --to "$work/fused.csv"

# A network whose numbers overflow: where they do is said, and the first such node of the walk.
small="--data synthetic:n=8,test=4,size=8,classes=4 --batch-size 8"
# shellcheck disable=SC2086
works train $small --augment none --model eca_resnet20 --steps 1 --lr 1e12 --schedule constant --out "$work/huge"
# shellcheck disable=SC2086
works step --ops fused --weights "$work/huge" $small --to "$work/huge.csv"
says 'the loss is not finite; not finite: output of '
says 'the first with a NaN or an infinity:'
says 'NOT FINITE 32'

# What cannot be.
refused 'step: standard input is no terminal, in which a key would go on to the next node; --to FILE' step </dev/null
refused 'unknown name "eca_resnet2" (did you mean "eca_resnet20"?)' step --model eca_resnet2 --to "$work/x.csv"
refused "$work/none" step --weights "$work/none" --to "$work/x.csv"
refused 'images of 3 channels and 4 classes; synthetic has 3 channels and 10 classes; choose other images with --data' \
  step --weights "$work/huge" --to "$work/x.csv"
refused "$work/no/folder.csv" step --batch-size 2 --to "$work/no/folder.csv"
refused_with 2 '--batch-size' step --batch-size 0 --to "$work/x.csv"
[ ! -e "$work/x.csv" ] || fail "step: a file was written although the command was refused"

# at_keys KEYS COMMAND: runs it at a terminal, presses the keys (as printf writes them) once the first node is shown.
at_keys() {
  checks=$((checks + 1))
  command="$2, keys $1"
  : >"$work/output"
  {
    waited=0
    until grep -q '^#' "$work/output" || [ $waited -ge 600 ]; do
      sleep 0.1
      waited=$((waited + 1))
    done
    # shellcheck disable=SC2059
    printf "$1"
    until [ -e "$work/ended" ] || [ $waited -ge 1200 ]; do
      sleep 0.1
      waited=$((waited + 1))
    done
  } | script -qefc "$2; touch '$work/ended'" /dev/null >"$work/output" 2>&1
  rm -f "$work/ended"
}
shows() { grep -q -e "$1" "$work/output" || fail "$command: expected $1"; }

walk_by_keys() {
  at_keys ' \nm layer2.1.eca\n9\nxq' "$1 step --ops plain --batch-size 2"
  shows '^#106 CrossEntropyBackward'
  shows '^#104 GlobalAveragePoolBackward in avgpool'
  ! grep -q '^#103' "$work/output" || fail "$command: stopped once too often"
  shows '^#56 ScaleChannelsBackward in layer2.1.eca'
  shows '^#9 ChannelConv1dBackward in layer1.0.eca.conv'
  shows '^the walk is over: no node that was left has a NaN or an infinity'
}
if command -v script >/dev/null; then
  walk_by_keys "$eca"
  if [ -x "$debug" ]; then walk_by_keys "$debug"; fi
  at_keys 'x?40\nq' "$eca step --ops fused --weights $work/huge $small"
  shows '^  ?             these keys'
  shows '^  d fc.y .* NOT FINITE 32'
  shows '^#68 LinearBackward in fc'
  shows '^#40 '

  # The terminal is as it was, however the program ends.
  for keys in q '\003' '\004'; do
    at_keys "$keys" "trap : INT; stty -g >$work/before; '$eca' step --batch-size 2; echo code \$?; stty -g >$work/after"
    cmp -s "$work/before" "$work/after" || fail "$command: the terminal is not as it was"
    case $keys in '\003') shows '^code 130' ;; *) shows '^code 0' ;; esac
  done
else
  echo "step: no \`script\`, nothing was tried at a terminal"
fi

conclude
