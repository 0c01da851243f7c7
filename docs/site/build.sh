#!/bin/bash
# Renders README.md, docs/ and what they link to as a site that needs no network and no server:   docs/site/build.sh OUT
#
# docs/README.md is the list of pages in reading order; a page that is not on it is an error. A link to a file of code leads
# to a page of the folder that the file is in. Needs pandoc. J, pages at a time.
set -euo pipefail
out=$1
site=docs/site
lists=$(mktemp -d)
trap 'rm -rf "$lists"' EXIT
export LISTS=$lists

# docs/README.md as lines "path|title", with its headings as lines "|heading".
awk '
  /^## / { print "|" substr($0, 4) }
  match($0, /^[0-9]*[-.] \[[^]]*\]\([^)]*\)/) {
    text = substr($0, RSTART, RLENGTH)
    title = path = text
    sub(/^[^[]*\[/, "", title); sub(/\].*/, "", title)
    sub(/.*\]\(/, "", path); sub(/\)$/, "", path)
    if (path ~ /^\.\.\//) path = substr(path, 4); else path = "docs/" path
    print path "|" title
  }' docs/README.md >"$lists/contents"
grep -v '^|' "$lists/contents" >"$lists/pages"

# Every page has a place.
{ echo README.md; find docs experiments -name '*.md'; } | LC_ALL=C sort >"$lists/there"
{ echo docs/README.md; cut -d "|" -f 1 "$lists/pages"; } | LC_ALL=C sort >"$lists/listed"
if ! diff "$lists/there" "$lists/listed" >"$lists/off"; then
  echo "docs: docs/README.md and the pages that there are differ (<: not on the list, >: no such page)" >&2
  grep '^[<>]' "$lists/off" >&2
  exit 1
fi

address() { echo "$1" | sed 's/README\.md$/index.html/; s/\.md$/.html/'; }
up() { local slashes=${1//[^\/]/}; echo "${slashes//\//../}"; }  # "docs/book/x.md" -> "../../"

# The contents beside each page, with paths that begin with ROOT.
while IFS='|' read -r path title; do
  if [ -z "$path" ]; then
    echo "</ul><p>$title</p><ul>"
  else
    echo "<li><a href=\"ROOT$(address "$path")\">$title</a></li>"
  fi
done <"$lists/contents" | sed '1s|^</ul>||; $s|$|</ul>|' >"$lists/nav"

# render PAGE TO [PANDOC'S OPTIONS...], the text on standard input
render() {
  local page=$1 to=$2 root
  shift 2
  root=$(up "$page")
  mkdir -p "$out/$(dirname "$to")"
  PAGE=$page pandoc -f gfm+tex_math_dollars-yaml_metadata_block -t html5 --mathml --wrap=none --columns=10000 \
    --lua-filter "$site/page.lua" --template "$site/page.html" -V "root=$root" \
    --include-before-body <(sed "s|ROOT|$root|" "$lists/nav") "$@" -o "$out/$to"
}

rm -rf "$out"
mkdir -p "$out"
cp "$site/style.css" "$site/search.js" "$out"
: >"$lists/targets"

# One page, with links to those before and after it.
render_page() {
  local page=$1 options=() line
  line=$(grep -n "^$page|" "$lists/pages" | cut -d : -f 1 || true)
  if [ -n "$line" ]; then
    local before after
    before=$(sed -n "$((line - 1))p" "$lists/pages" 2>/dev/null || true)
    after=$(sed -n "$((line + 1))p" "$lists/pages")
    if [ -n "$before" ]; then options+=(-V "before=$(address "${before%%|*}")" -V "before-title=${before#*|}"); fi
    if [ -n "$after" ]; then options+=(-V "after=$(address "${after%%|*}")" -V "after-title=${after#*|}"); fi
  fi
  render "$page" "$(address "$page")" "${options[@]}" <"$page"
}

# A folder: its pages, and its files of code one below the other.
render_folder() {
  local folder=$1 file name
  {
    echo "# $folder"
    echo
    for file in "$folder"/*.md; do
      [ -e "$file" ] || continue
      name=$(basename "$file")
      echo "- [$(sed -n 's/^# //p; /^# /q' "$file")]($name)"
    done
    for file in "$folder"/*; do
      name=$(basename "$file")
      case $name in
        solution.cpp) continue ;;  # not beside the task
        *.cpp | *.hpp | *.cu | *.h) language=cpp ;; *.sh) language=bash ;; *.py) language=python ;;
        *.lua) language=lua ;; *.json) language=json ;; *.txt | *.csv | *.html | *.css | *.js) language= ;; *) continue ;;
      esac
      printf '\n<h2 id="%s">%s</h2>\n\n~~~~~~~~~~~~%s\n' "$name" "$name" "$language"
      cat "$file"
      printf '\n~~~~~~~~~~~~\n'
    done
  } | render "$folder/folder.html" "$folder/folder.html"
}
export -f address up render render_page render_folder
export out site lists

run_all() { xargs -P "${J:-$(nproc)}" -I '{}' bash -c "set -euo pipefail; $1 '{}'"; }
cat "$lists/listed" | run_all render_page
sed -n 's/^folder //p' "$lists/targets" | sort -u | run_all render_folder
sed -n 's/^picture //p' "$lists/targets" | sort -u | while read -r picture; do
  mkdir -p "$out/$(dirname "$picture")"
  cp "$picture" "$out/$picture"
done
cut -d "|" -f 1 "$lists/pages" | while read -r page; do cat "$lists/${page//\//,}.js"; done >"$out/search_index.js"
echo "docs: $(find "$out" -name '*.html' | wc -l) pages, $out/index.html"
