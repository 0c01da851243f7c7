// Search over `index`: [address, page, heading, text] of each section, made by page.lua. All words must occur; sections
// with more of them in their headings come first.
const box = document.getElementById("search"), found = document.getElementById("found");

function search() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  found.replaceChildren();
  if (box.value.trim().length < 2) return;
  const hits = [];
  for (const [address, page, heading, text] of index) {
    const title = (page + " " + heading).toLowerCase(), all = title + " " + text.toLowerCase();
    if (words.every(word => all.includes(word)))
      hits.push({address, page, heading, score: words.filter(word => title.includes(word)).length});
  }
  hits.sort((a, b) => b.score - a.score);
  for (const {address, page, heading} of hits.slice(0, 12)) {
    const link = document.createElement("a"), item = document.createElement("li"), where = document.createElement("small");
    link.href = root + address;
    link.textContent = heading || page;
    where.textContent = heading ? page : "";
    link.append(where);
    item.append(link);
    found.append(item);
  }
  if (!hits.length) found.textContent = "Nothing found.";
}
box.addEventListener("input", search);

// The page one is on, in the contents.
for (const link of document.querySelectorAll("nav li a")) {
  if (link.href !== location.href.split("#")[0]) continue;
  link.setAttribute("aria-current", "page");
  if (getComputedStyle(document.querySelector("nav")).position === "fixed") link.scrollIntoView({block: "center"});
}
