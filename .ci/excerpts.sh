#!/bin/sh
# Code that a page shows is code of the tree. Below a line
#
#   <!-- from FILE -->              stands a fenced block whose lines, all of them and in one piece, are lines of FILE;
#   <!-- from FILE#NAME,... -->     stands the definition of each NAME, a function or a type, with the comment above it, as FILE
#                                   has it now; the name "top" stands for the comment that FILE begins with.
#
#   .ci/excerpts.sh check     fails where a block is not what FILE has
#   .ci/excerpts.sh write     puts the definitions in place
set -eu
cd "$(dirname "$0")/.."
mode=${1:-check}

find README.md docs experiments -name '*.md' -print | LC_ALL=C sort |
  LC_ALL=C awk -v mode="$mode" '
    function read_file(file,    line, status, n) {
      n = 0
      while ((status = (getline line < file)) > 0) lines[++n] = line
      close(file)
      return status < 0 ? -1 : n
    }
    function indentation(line) { match(line, /^ */); return RLENGTH }
    function wrong(why) { print page ":" start ": " why; ++errors }

    # The last line of the definition that begins at line i, or 0 if that is none.
    function last_line(i, n,    j, body) {
      if (lines[i] ~ /^ *(\/\/|if |for |while |return |switch |else|[})]|#)/) return 0
      for (j = i; j <= n; ++j) {
        if (lines[j] ~ /\{/) body = 1
        if (body && j == i && lines[j] ~ /\};?$/) return j
        if (j > i && indentation(lines[j]) == indentation(lines[i]) && lines[j] ~ /^ *\}/) return body ? j : 0
        if (!body && lines[j] ~ /;( *\/\/.*)?$/) return 0
      }
      return 0
    }

    # The definition of `name` in the n lines of a file, "" if there is none.
    function definition(name, n,    i, first, last, text) {
      if (name == "top") {
        for (i = 1; i <= n && lines[i] ~ /^\/\//; ++i) text = text lines[i] "\n"
        return text
      }
      for (i = 1; i <= n; ++i) {
        if (!match(" " lines[i], "[^A-Za-z0-9_]" name "([^A-Za-z0-9_]|$)")) continue
        last = last_line(i, n)
        if (!last) continue
        first = i
        while (first > 1 && lines[first - 1] ~ /^ *(\/\/|template )/) --first
        for (i = first; i <= last; ++i) text = text lines[i] "\n"
        return text
      }
      return ""
    }

    # What the block below the marker "FILE#NAME,NAME" has to hold.
    function expected(marker,    part, names, n, i, one, text) {
      split(marker, part, "#")
      n = read_file(part[1])
      if (n < 0) { wrong(part[1] " cannot be read"); return "" }
      count = split(part[2], names, ",")
      for (i = 1; i <= count; ++i) {
        one = definition(names[i], n)
        if (one == "") { wrong(part[1] " has no definition of " names[i]); return "" }
        text = text (i > 1 ? "\n" : "") one
      }
      return text
    }

    # The fenced block that begins after the marker at `start`; returns what is to stand there.
    function checked_block(marker, block, closed,    text, i, n) {
      ++checked
      if (!closed || (block == "" && marker !~ /#/)) { wrong("no fenced block follows"); return block }
      if (marker ~ /#/) {
        text = expected(marker)
        if (text == "" || text == block) return block
        if (mode == "write") { ++changed; return text }
        wrong("is no longer what " marker " is; make excerpts puts it there")
        return block
      }
      n = read_file(marker)
      for (i = 1; i <= n; ++i) text = text "\n" lines[i]
      if (n < 0) wrong(marker " cannot be read")
      else if (!index(text "\n", "\n" block)) wrong("the block is no part of " marker "; copy it from there")
      return block
    }

    {
      page = $0
      number = 0
      marker = out = ""
      while ((getline line < page) > 0) {
        ++number
        if (match(line, /^<!-- from [^ ]+ -->$/)) {
          if (marker != "") out = out checked_block(marker, block, 0)
          marker = substr(line, 11, length(line) - 14)
          start = number
          block = ""
          inside = 0
        } else if (marker != "" && line ~ /^```/) {
          if (inside) {
            out = out checked_block(marker, block, 1)
            marker = ""
          }
          inside = !inside
        } else if (marker != "" && inside) {
          block = block line "\n"
          continue
        } else if (marker != "" && line != "") {
          out = out checked_block(marker, block, 0)
          marker = ""
        }
        out = out line "\n"
      }
      close(page)
      if (marker != "") checked_block(marker, block, 0)
      else if (mode == "write" && changed > written) {
        printf "%s", out > page
        close(page)
        written = changed
      }
    }

    END {
      print "excerpts: " checked " checked, " changed + 0 " changed, " errors + 0 " wrong"
      if (errors || !checked) exit 1
    }'
