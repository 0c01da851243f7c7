#!/bin/sh
# Code that a page shows is code of the tree: below a line <!-- from FILE --> stands a fenced block whose lines, all of
# them and in one piece, are lines of FILE.
set -eu

find README.md docs experiments -name '*.md' -print | LC_ALL=C sort |
  awk '
    function text_of(file,    text, line, status) {
      while ((status = (getline line < file)) > 0) text = text "\n" line
      close(file)
      if (status < 0) return ""
      return text "\n"
    }
    function wrong(why) { print page ":" start ": " why; ++errors }

    # The fenced block that begins after the marker at `start`.
    function check(file, block, closed,    text) {
      text = text_of(file)
      if (text == "") wrong(file " cannot be read")
      else if (!closed || block == "\n") wrong("no fenced block follows")
      else if (!index(text, block)) wrong("the block is no part of " file "; copy it from there")
      ++checked
    }

    {
      page = $0
      number = 0
      file = ""
      while ((getline line < page) > 0) {
        ++number
        if (match(line, /^<!-- from [^ ]+ -->$/)) {
          if (file != "") check(file, block, 0)
          file = substr(line, 11, length(line) - 14)
          start = number
          block = "\n"
          inside = 0
        } else if (file != "" && line ~ /^```/) {
          if (inside) {
            check(file, block, 1)
            file = ""
          }
          inside = !inside
        } else if (file != "" && inside) {
          block = block line "\n"
        } else if (file != "" && line != "") {
          check(file, block, 0)
          file = ""
        }
      }
      close(page)
      if (file != "") check(file, block, 0)
    }

    END {
      print "excerpts: " checked " checked, " errors + 0 " wrong"
      if (errors || !checked) exit 1
    }'
