// A report: a mark or a note in the margin opens what was read there beside the text; switches stand in the address.
const panel = document.getElementById("panel");
const notes = new Map([...document.querySelectorAll("[data-finding]")].map((note) => [note.dataset.finding, note]));

function show(id) {
  const note = notes.get(id);
  if (!note || !panel) return;
  for (const piece of document.querySelectorAll(".piece.is-chosen")) piece.classList.remove("is-chosen");
  for (const piece of document.querySelectorAll(".piece[data-findings]"))
    if (piece.dataset.findings.split(" ").includes(id)) piece.classList.add("is-chosen");
  for (const other of notes.values()) other.removeAttribute("aria-current");
  note.setAttribute("aria-current", "true");
  window.htmx.ajax("GET", note.getAttribute("href"), { target: "#panel", select: "#about", swap: "innerHTML" });
}

const is_shown = (id) => {
  const note = notes.get(id);
  const kind = note && [...note.classList].find((name) => name.startsWith("note--"))?.slice(6);
  return kind && document.getElementById(`show-${kind}`)?.checked;
};

document.querySelector(".reading__text")?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const note = event.target.closest("[data-finding]");
  if (note) {
    event.preventDefault();
    show(note.dataset.finding);
    return;
  }
  const piece = event.target.closest("[data-findings]");
  // The innermost comes first.
  const id = piece?.dataset.findings.split(" ").find(is_shown);
  if (id) show(id);
});

document.querySelector(".switches")?.addEventListener("change", (event) => {
  const address = new URL(location.href);
  const chosen = new FormData(event.currentTarget);
  for (const box of event.currentTarget.querySelectorAll("input[type=checkbox]")) address.searchParams.delete(box.name);
  for (const [name, value] of chosen) address.searchParams.set(name, value);
  history.replaceState(null, "", address);
});
