#!/bin/sh
# README.md and docs/: every link leads to a file or folder of the tree, every anchor to a heading; every page stands in
# docs/README.md; and every block is of a kind that a test holds to the code:
#
#   ```cpp below <!-- from ... -->                       code of a file that is compiled: .ci/excerpts.sh
#          below <!-- file ... --> or <!-- line ... -->  code that is compiled: tests/docs/adding_attention_test.sh
#   ```sh                                                commands, a line each: outputs_test.sh asks for their options
#   ``` whose first line begins with "$ "                commands and what they print: outputs_test.sh; of a debugger,
#                                                        tests/debug/docs_sessions_test.sh
#   ``` below <!-- from FILE -->                         lines of a file: .ci/excerpts.sh
#       below <!-- printed by: ... --> or <!-- like: ... -->    what a command prints: outputs_test.sh
#
# Pages in experiments/results are written by the program.
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

  # A fenced block begins, below the comment `marker` if that is not "".
  function open_block(fence, marker) {
    kind = substr(fence, 4)
    first = 1
    if (page ~ /^experiments\/results\//) kind = "written"
    else if (kind == "cpp") {
      if (marker == "") wrong("C++ without a marker that says whence it is")
      else if (marker ~ /^<!-- (file|line) [^ ]+ -->$/) {
        if (page != "docs/adding-an-attention-module.md") wrong("only docs/adding-an-attention-module.md is built with: " marker)
      } else if (marker !~ /^<!-- from (core|layers|models|data|experiments|docs\/tutorial|docs\/book)\/[^ ]+\.([ch]pp|cu)(#[^ ]+)? -->$/)
        wrong("not a file that a test compiles: " marker)
    } else if (kind != "" && kind != "sh") wrong("a block is cpp, sh, or has no kind; found \"" kind "\"")
    told = marker ~ /^<!-- (from [^ ]+|(printed by|like): .+) -->$/
  }

  # A line in it.
  function inside_block(line,    command) {
    if (kind == "" && first && !told && line !~ /^\$ /)
      wrong("neither commands (```sh) nor a session that begins with \"$ \", nor below from, printed by or like")
    if (kind == "sh" && !goes_on) {
      if (first && line ~ /^\$ /) wrong("a session has no kind: ```")
      command = line
      while (sub(/^[A-Z_]+=(\047[^\047]*\047|[^ ]*) /, "", command)) {}
      if (command !~ /^(make|eca|build\/eca|build\/fuzz\/fuzz|g\+\+|python|export|gdb|lldb|dot|mpirun|#)( |$)/ &&
          system("test -x \"" substr(command, 1, match(command " ", / /) - 1) "\"") != 0)
        wrong("no command that is known here: " line)
    }
    goes_on = line ~ /\\$/
    first = 0
  }

  # Code by indentation alone, which no test sees. Formulas are.
  function indented(line) {
    if (line ~ /[;{}]$/ || line ~ /^ *(\$|make|eca|build\/eca|g\+\+|python) /) wrong("a block without a fence: " line)
  }

  function read_page(    line, marker, inside, rest, target, name, folder) {
    folder = page
    if (!sub(/\/[^\/]*$/, "", folder)) folder = ""
    number = inside = 0
    marker = ""
    while ((getline line < page) > 0) {
      ++number
      if (line ~ /^ *(```|~~~)/ || line ~ /<pre/) {
        if (line !~ /^```/) wrong("a block that no test sees: a fence is ``` at the begin of a line")
        inside = !inside
        if (inside) open_block(line, marker)
        marker = ""
        continue
      }
      if (inside) {
        inside_block(line)
        continue
      }
      if (line ~ /^    /) indented(line)
      if (line ~ /^<!-- (from|file|line|printed by:|like:) /) marker = line
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
