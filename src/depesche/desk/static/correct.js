// Keys for deciding. They press what stands on the page; the dialog that "?" opens tells them.
const keys = { a: "accept", r: "reject", s: "skip", u: "undo" };
const fields = "input, select, textarea, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (event.target.closest(fields) || document.querySelector("dialog[open]")) return;
  const target = document.querySelector(`[data-key="${keys[event.key]}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches(fields)) target.focus();
  else target.click();
});

// What was sent once is not sent again while the answer is on its way.
for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
