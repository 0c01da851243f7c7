-- What pandoc does to a page besides: links between the files of the tree become links between the pages of the site, the
-- first heading becomes the title, and every section gets its line in the search index.
--
-- Environment: PAGE, the page's path in the tree; LISTS, a folder for what is found: PAGE.js for the search index, and
-- `targets`, to which folders and pictures that pages refer to are added.
local page, lists = os.getenv("PAGE"), os.getenv("LISTS")

-- "docs/book/../../core/x" -> "core/x"
local function resolved(path)
  local parts = {}
  for part in (page:match("^.*/") or ""):gsub("$", path):gmatch("[^/]+") do
    if part == ".." then table.remove(parts) elseif part ~= "." then table.insert(parts, part) end
  end
  return table.concat(parts, "/")
end

local function readable(path)
  local file = io.open(path)
  if file == nil then return false end
  local is_file = file:read(0) ~= nil or file:seek("end") == 0
  file:close()
  return is_file
end

local function remember(kind, path)
  local file = assert(io.open(lists .. "/targets", "a"))
  file:write(kind, " ", path, "\n")
  file:close()
end

-- Where the site has what the tree has at `path`, as text to put in the place of `link`.
local function on_site(link)
  if link:match("^%a+:") or link:match("^#") then return link end
  local path, anchor = link:match("^([^#]*)(#?.*)$")
  path = path:gsub("/$", "")
  if path:match("README%.md$") then return (path:gsub("README%.md$", "index.html")) .. anchor end
  if path:match("%.md$") then return (path:gsub("%.md$", ".html")) .. anchor end
  local target = resolved(path)
  if path:match("%.svg$") or path:match("%.png$") then
    remember("picture", target)
    return path
  end
  if readable(target) then
    local folder, name = path:match("^(.-)([^/]+)$")
    remember("folder", target:match("^(.*)/") or ".")
    return folder .. "folder.html#" .. name
  end
  if readable(target .. "/README.md") then return path .. "/index.html" end
  remember("folder", target)
  return path .. "/folder.html"
end

function Link(link)
  link.target = on_site(link.target)
  return link
end

function Image(image)
  if not image.src:match("^%a+:") then remember("picture", resolved(image.src)) end
  return image
end

-- <!-- from FILE#NAME --> above an excerpt: a link to the file. Other comments are for the tests of the pages.
function RawBlock(block)
  local file = block.text:match("^<!%-%- from ([^ #]+)[^ ]* %-%->")
  if file == nil then
    if block.text:match("^<!%-%-") then return {} end
    return block
  end
  local up = string.rep("../", select(2, page:gsub("/", "")))
  local link = pandoc.Link(file, on_site(up .. file))
  return pandoc.Div(pandoc.Plain({link}), {class = "from"})
end

-- A formula and the punctuation after it stay on one line.
function Inlines(inlines)
  for i = #inlines - 1, 1, -1 do
    local formula, mark = inlines[i], inlines[i + 1]
    if formula.t == "Math" and formula.mathtype == "InlineMath" and mark.t == "Str" and mark.text:match("^[.,;:)]") then
      inlines[i] = pandoc.Span({formula, mark}, {class = "unbroken"})
      inlines:remove(i + 1)
    end
  end
  return inlines
end

local function quoted(text)
  text = text:gsub("[\\\"]", "\\%0"):gsub("%s+", " "):gsub("<", "\\u003c")
  return '"' .. text .. '"'
end

function Pandoc(doc)
  local title, heading, anchor, text = "", "", "", {}
  local out = assert(io.open(lists .. "/" .. page:gsub("/", ",") .. ".js", "w"))
  local address = page:gsub("README%.md$", "index.html"):gsub("%.md$", ".html")
  local function flush()
    if title == "" or page:match("folder%.html$") then return end
    local fields = {quoted(address .. anchor), quoted(title), quoted(heading), quoted(table.concat(text, " "))}
    out:write("index.push([", table.concat(fields, ","), "]);\n")
  end
  for _, block in ipairs(doc.blocks) do
    if block.t == "Header" then
      flush()
      text = {}
      if block.level == 1 then
        title, heading, anchor = pandoc.utils.stringify(block), "", ""
      else
        heading, anchor = pandoc.utils.stringify(block), "#" .. block.identifier
      end
    elseif block.t ~= "CodeBlock" then
      table.insert(text, pandoc.utils.stringify(block))
    end
  end
  flush()
  out:close()
  doc.meta.pagetitle = title
  return doc
end
