// Keys for those who read without a mouse. What they do stands in the dialog that "?" opens (templates/base.html).
const chosen = "is-chosen";

const items = () => [...document.querySelectorAll("[data-item]")];
const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

function choose(step) {
  const all = items();
  if (!all.length) return;
  const now = all.findIndex((item) => item.classList.contains(chosen));
  const next = Math.min(all.length - 1, Math.max(0, now + step));
  all[now]?.classList.remove(chosen);
  const link = all[next].querySelector("a[data-main], a");
  all[next].classList.add(chosen);
  all[next].scrollIntoView({ block: "nearest" });
  link?.focus({ preventScroll: true });
}

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
}

const actions = {
  "?": () => document.getElementById("keys").showModal(),
  "/": () => document.getElementById("search").focus(),
  j: () => choose(1),
  k: () => choose(-1),
  o: () => document.querySelector(`.${chosen} a[data-main], .${chosen} a`)?.click(),
  n: () => follow("[rel~=next]"),
  p: () => follow("[rel~=prev]"),
  t: () => follow("[data-key=today]"),
  l: () => follow("[data-key=language]"),
  d: () => follow("[data-key=theme]"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const action = actions[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

for (const button of document.querySelectorAll("[data-opens]")) {
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}
