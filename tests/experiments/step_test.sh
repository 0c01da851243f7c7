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
grep -q '^104,GlobalAverage.*,$' "$work/plain.csv" || fail "step --to: pooling is said to have saved something"
grep -q ',x = input 2x32x32x3 min .*; w = conv1.weight 3x3x3x16 min ' "$work/plain.csv" ||
  fail "step --to: what the first convolution saved is not there by name"
works step --ops fused --model resnet20 --attention se:r=8 --batch-size 2 --to "$work/fused.csv"
grep -q ',x = .* not stored' "$work/fused.csv" || grep -q '; scale 16 min ' "$work/fused.csv" ||
  fail "step --to: a fused convolution's scale is not there"
# Of all nodes that saved something it is said what.
awk -F, '$9 > 0 && $13 == "" { print; bad = 1 } END { exit bad }' "$work/plain.csv" "$work/fused.csv" >"$work/output" ||
  fail "step --to: bytes are saved and it is not said of what"

# Pictures.
works step --ops plain --batch-size 2 --picture "$work/net.dot"
says "107 nodes -> $work/net.dot"
grep -q '"cluster layer3.2"' "$work/net.dot" || fail "step --picture: no block in the graph"
grep -q 'CrossEntropyBackward#106' "$work/net.dot" || fail "step --picture: no loss in the graph"
works step --ops plain --batch-size 2 --picture "$work/block.dot" --module layer2.1.eca
grep -q 'ChannelConv1dBackward#' "$work/block.dot" || fail "step --module: no convolution of ECA"
! grep -q 'Conv2dBackward' "$work/block.dot" || fail "step --module: more than the module was drawn"
refused 'tape: no node lies in "layer2.1.eva" (did you mean "layer2.1.eca"?)' \
  step --batch-size 2 --picture "$work/x.dot" --module layer2.1.eva
refused '", expected a name that ends in .svg or .dot' step --picture "$work/x.png"
refused '--module layer1: says what --picture FILE draws' step --module layer1 --to "$work/x.csv"
refused "$work/no/folder.dot" step --batch-size 2 --picture "$work/no/folder.dot"
mkdir "$work/empty"
command="eca step --picture without dot"
PATH=$work/empty "$eca" step --picture "$work/x.svg" >"$work/output" 2>&1 && fail "$command: expected a failure"
says "picture: $work/x.svg: an SVG is drawn by the program dot, which is not here; Debian's package is graphviz"
printf '#!/bin/sh\necho "dot: no memory" >&2\nexit 1\n' >"$work/empty/dot"
chmod +x "$work/empty/dot"
PATH=$work/empty:$PATH refused "$work/x.svg: the program dot failed" step --batch-size 2 --picture "$work/x.svg"
says 'dot: no memory'
[ ! -e "$work/x.svg" ] && [ ! -e "$work/x.dot" ] || fail "step --picture: a file was written although it failed"
if command -v dot >/dev/null; then
  works step --ops plain --batch-size 2 --picture "$work/block.svg" --module layer2.1.eca
  grep -q '</svg>' "$work/block.svg" || fail "step --picture: no SVG"
  grep -q 'ChannelConv1dBackward#' "$work/block.svg" || fail "step --picture: no convolution of ECA in the SVG"
fi

# A network whose numbers overflow: where they do is said, and the first such node of the walk.
small="--data synthetic:n=8,test=4,size=8,classes=4 --batch-size 8"
# shellcheck disable=SC2086
works train $small --augment none --model eca_resnet20 --steps 1 --lr 1e12 --schedule constant --out "$work/huge"
works step --ops fused "$work/huge" --to "$work/huge.csv"  # with the data of the run
says ', 8 images of synthetic train: '
says 'the loss is not finite; not finite: output of '
says 'the first with a NaN or an infinity:'
says 'NOT FINITE 32'

# What cannot be.
refused 'step: standard input is no terminal, in which a key would go on to the next node; --to FILE' step </dev/null
refused 'unknown name "eca_resnet2" (did you mean "eca_resnet20"?)' step --model eca_resnet2 --to "$work/x.csv"
refused "$work/none" step --weights "$work/none" --to "$work/x.csv"
refused 'images of 3 channels and 4 classes; synthetic has 3 channels and 10 classes; choose other images with --data' \
  step "$work/huge" --data synthetic --to "$work/x.csv"
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
  } | timeout -k 1 150 script -qefc "$2; touch '$work/ended'" /dev/null >"$work/output" 2>&1
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
  at_keys 'x?40\nq' "$eca step --ops fused --weights $work/huge"
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

  # Ctrl-Z where no shell can let it go on: it goes on.
  at_keys '\032 q' "$eca step --ops plain --batch-size 2"
  shows '^#105 '

  # Ctrl-Z gives the terminal back, also while the program is in the background; after fg the node is shown again, and keys arrive
  # at once, in a window of another size too.
  checks=$((checks + 1))
  command="eca step, stopped and brought back"
  cat >"$work/jobs" <<END
set -m
tty >"$work/tty"
stty -g >"$work/before"
"$eca" step --ops plain --batch-size 2
stty -g >"$work/stopped"
bg
sleep 0.5
stty -g >"$work/background"
fg
"$eca" step --batch-size 2 &
state() { sed -n 's/^State:[[:space:]]*//p' /proc/\$!/status; }
until [ "\$(state)" = 'T (stopped)' ]; do sleep 0.1; done
kill -TERM \$!
kill -CONT \$!
sleep 0.5
state >"$work/ended_in_background"
kill -KILL \$!
stty -g >"$work/after"
END
  : >"$work/output"
  # until_true COMMAND...: waits for that, a minute.
  until_true() {
    waited=0
    until "$@" || [ $waited -ge 600 ]; do
      sleep 0.1
      waited=$((waited + 1))
    done
  }
  shown() { [ "$(grep -c "^$1 " "$work/output")" -ge "$2" ]; }
  there() { [ -s "$1" ]; }
  mode() { stty -F "$(cat "$work/tty")" -a | tr ' ;' '\n\n' | grep -x -e '-icanon' -e '-echo' | sort | tr '\n' ' ' >"$work/$1"; }
  {
    until_true shown '#106' 1
    mode first
    printf '\032'
    until_true there "$work/background"
    until_true shown '#106' 2
    mode second
    stty -F "$(cat "$work/tty")" rows 7 cols 33
    printf ' '
    until_true shown '#105' 1
    mode third
    printf q
    until_true there "$work/after"
  } | timeout -k 1 150 script -qefc "sh '$work/jobs'" /dev/null >"$work/output" 2>&1
  for file in first second third; do
    [ "$(cat "$work/$file")" = '-echo -icanon ' ] || fail "$command: keys do not arrive at once: $(cat "$work/$file")"
  done
  for file in stopped background after; do
    cmp -s "$work/before" "$work/$file" || fail "$command: the terminal is not as it was, $file"
  done
  ! grep -q T "$work/ended_in_background" || fail "$command: SIGTERM in the background stops it instead of ending it"
  shows '^#105 LinearBackward'
else
  echo "step: no \`script\`, nothing was tried at a terminal"
fi

conclude
