#!/bin/sh
# `eca watch` of runs that train, that were killed and that are finished, without and at a pseudo-terminal (`script` of
# util-linux); `eca train --tensorboard`.
#   tests/experiments/watch_test.sh PROGRAM
suite=watch
eca=$1
. "$(dirname "$0")/checks.sh"
small="--data synthetic:n=64,test=16,size=8,classes=6 --batch-size 8"

refused "$work: no run (expected config.txt in it)" watch "$work"
refused "$work/none: no run (there is no such directory)" watch "$work/none"
refused_with 2 'runs' watch

# Finished, with event files; none without.
# shellcheck disable=SC2086
works train $small --epochs 3 --tensorboard --out "$work/run"
sha=$(sed -n 's/.*weights sha256 //p' "$work/output")
ls "$work/run"/events.out.tfevents.*.ecagrad >"$work/output" 2>&1 || fail "--tensorboard: no event file"
# shellcheck disable=SC2086
works train $small --epochs 3 --out "$work/plain"
says "weights sha256 $sha"
[ -z "$(find "$work/plain" -name 'events*')" ] || fail "an event file without --tensorboard"
works watch "$work/run"
says 'finished: 3 epochs, '
says 'test accuracy'
works watch "$work/run" "$work/plain"
says "2 $work/plain"
COLUMNS=120 LINES=20 works watch --once --ascii "$work/run"
[ "$(awk 'length > most { most = length } END { print (most <= 120 && most > 80 && NR <= 19) }' "$work/output")" = 1 ] ||
  fail "watch: COLUMNS=120 LINES=20 gives another size"
! LC_ALL=C grep -q '[^ -~]' "$work/output" || fail "watch --ascii: letters that are not ASCII"

# A resumed run goes on writing them, without the option; what it wrote after its checkpoint does not count.
# shellcheck disable=SC2086
works train $small --epochs 1 --tensorboard --out "$work/longer"
works train --resume --epochs 2 --out "$work/longer"
[ "$(find "$work/longer" -name 'events.out.tfevents.*' | wc -l)" -eq 2 ] || fail "a resumed run: expected two event files"

# One that trains: seen in its first epoch, by `watch` at a terminal, which q ends; then killed.
# shellcheck disable=SC2086
"$eca" train --data synthetic:n=60000,test=16,size=8,classes=6 --batch-size 8 --epochs 2 --out "$work/live" >"$work/live.log" 2>&1 &
pid=$!
tries=0
until [ -e "$work/live/progress.txt" ] || [ $tries -eq 600 ]; do
  sleep 0.05
  tries=$((tries + 1))
done
works watch --once "$work/live"
says 'epoch 1 of 2, step '
says ' left'
checks=$((checks + 1))
command="eca watch at a terminal"
{ sleep 2; printf q; } | TERM=xterm timeout 30 script -q -e -c "stty cols 90 rows 30; '$eca' watch '$work/live'" /dev/null >"$work/output" 2>&1 ||
  fail "$command: expected exit code 0 after q"
says 'epoch 1 of 2, step '
[ "$(grep -c 'epoch 1 of 2' "$work/output")" -ge 2 ] || fail "$command: the page was drawn once only"
kill -9 $pid
wait $pid 2>/dev/null
works watch --once "$work/live"
says 'stopped in epoch 1 of 2, step '
says "; --resume goes on"

# A finished run is shown and left.
checks=$((checks + 1))
command="eca watch of a finished run at a terminal"
TERM=xterm timeout 30 script -q -e -c "'$eca' watch '$work/run'" /dev/null >"$work/output" 2>&1 </dev/null ||
  fail "$command: expected exit code 0"
says 'finished: 3 epochs, '

conclude
