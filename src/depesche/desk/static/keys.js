// Keys for those who read without a mouse. What they do stands in the dialog that "?" opens (templates/base.html).
const chosen = "is-chosen";

const items = () => [...document.querySelectorAll("[data-item]")];
const isTyping = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

const linkOf = (item) => item.querySelector("a[data-main], a");

function choose(step) {
  const all = items();
  if (!all.length) return;
  const now = all.findIndex((item) => item.classList.contains(chosen));
  const next = Math.min(all.length - 1, Math.max(0, now + step));
  all[now]?.classList.remove(chosen);
  all[next].classList.add(chosen);
  all[next].scrollIntoView({ block: "nearest" });
  linkOf(all[next])?.focus({ preventScroll: true });
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

// What is chosen stays chosen when the list is renewed (forms.js), if it is still there.
let kept = null;
document.addEventListener("htmx:beforeSwap", () => {
  const item = document.querySelector(`[data-item].${chosen}`);
  kept = item && linkOf(item)?.href;
});
document.addEventListener("htmx:afterSwap", () => {
  const item = kept && items().find((one) => linkOf(one)?.href === kept);
  item?.classList.add(chosen);
  if (item && document.activeElement === document.body) linkOf(item).focus({ preventScroll: true });
});

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
