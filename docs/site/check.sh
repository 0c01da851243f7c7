#!/bin/sh
# Opens the site in a headless Chromium:   docs/site/check.sh OUT   (after docs/site/build.sh OUT)
#
# Fails unless every page loads without an error at the width of a desktop and of a phone, fits into it, finds something, and
# all its links and anchors and pictures are there.
set -eu
out=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work" "$out/check.html" "$out/check_pages.js"' EXIT

cp docs/site/check.html "$out/check.html"
{
  echo "const pages = ["
  (cd "$out" && find . -name '*.html' ! -name check.html | LC_ALL=C sort | sed 's|^\./|"|; s|$|",|')
  echo "];"
} >"$out/check_pages.js"

chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
  --allow-file-access-from-files --enable-logging=stderr --virtual-time-budget=600000 --dump-dom \
  "file://$out/check.html" >"$work/dom" 2>"$work/log" || true
sed -n '/<pre id="report">/,/<\/pre>/{s/.*<pre id="report">//; s/<\/pre>.*//; p}' "$work/dom" >"$work/report"
grep -E 'CONSOLE|ERR_' "$work/log" | sed 's/^.*CONSOLE[^]]*\] *//' >"$work/console" || true
cat "$work/report"
if [ -s "$work/console" ]; then
  echo "site: the browser complains"
  cat "$work/console"
  exit 1
fi
grep -q ' 0 wrong$' "$work/report"
