#!/bin/sh
# README.md and docs/: every link leads to a file or folder of the tree, every anchor to a heading; every page stands in
# docs/README.md; and every block of C++ says whence it is, so that one of the tests holds it to the code:
#   <!-- from ... -->     .ci/excerpts.sh        <!-- file ... -->, <!-- line ... -->     tests/docs/adding_attention_test.sh
set -eu

{
  find . -name .git -prune -o -path ./build -prune -o -print | sed 's|^\./||'
  echo END
  { echo README.md; find docs experiments -name '*.md'; } | LC_ALL=C sort
} | LC_ALL=C awk '
  function wrong(why) { print page ":" number ": " why; ++errors }

  # "docs", "../core/x" -> "core/x"
  function resolved(folder, path,    part, n, i, kept, out) {
    n = split((folder == "" ? "" : folder "/") path, part, "/")
    for (i = 1; i <= n; ++i) {
      if (part[i] == "..") --kept
      else if (part[i] != "." && part[i] != "") out[++kept] = part[i]
    }
    path = ""
    for (i = 1; i <= kept; ++i) path = path (i > 1 ? "/" : "") out[i]
    return path
  }

  # The anchor that a heading gets, on a forge as on the site.
  function anchor_of(heading) {
    gsub(/\[|\]\([^)]*\)|`/, "", heading)
    heading = tolower(heading)
    gsub(/[!-,.\/:-@\[-^`{-~]/, "", heading)
    gsub(/ /, "-", heading)
    return heading
  }

  function read_page(    line, marker, inside, rest, target, name, folder) {
    folder = page
    if (!sub(/\/[^\/]*$/, "", folder)) folder = ""
    number = inside = 0
    marker = ""
    while ((getline line < page) > 0) {
      ++number
      if (line ~ /^ *```/) {
        inside = !inside
        if (inside && line ~ /^ *```cpp/ && marker == "") wrong("C++ without a marker that says whence it is")
        marker = ""
        continue
      }
      if (inside) continue
      if (line ~ /^<!-- (from|file|line) /) marker = line
      if (line ~ /^#+ /) {
        name = anchor_of(substr(line, index(line, " ") + 1))
        anchors[page "#" name] = 1
      }
      gsub(/`[^`]*`/, "", line)
      rest = line
      while (match(rest, /\]\([^) ]+\)/)) {
        target = substr(rest, RSTART + 2, RLENGTH - 3)
        rest = substr(rest, RSTART + RLENGTH)
        if (target ~ /^[a-z]+:/) continue
        ++links
        name = target
        sub(/^[^#]*#?/, "", name)
        sub(/#.*/, "", target)
        target = target == "" ? page : resolved(folder, target)
        if (!(target in there)) wrong(target " is not there")
        else if (page == "docs/README.md") listed[target] = 1
        if (name != "" && target in there) {
          wanted[++wants] = target "#" name
          where[wants] = page ":" number
        }
      }
    }
    close(page)
  }

  $0 == "END" { ended = 1; next }
  !ended { there[$0] = 1; next }
  { pages[++count] = page = $0; read_page() }

  END {
    for (i = 1; i <= wants; ++i) {
      if (wanted[i] in anchors) continue
      print where[i] ": no heading has the anchor " wanted[i]
      ++errors
    }
    for (i = 1; i <= count; ++i) {
      if (pages[i] in listed || pages[i] == "docs/README.md") continue
      print pages[i] ": docs/README.md does not list it"
      ++errors
    }
    print "pages: " count " pages, " links " links, " errors + 0 " wrong"
    exit errors > 0
  }'
