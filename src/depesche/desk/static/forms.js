// What a form leaves empty does not stand in the address, which is to be shared and cited.
document.addEventListener("formdata", (event) => {
  if (event.target.method !== "get") return;
  for (const [name, value] of [...event.formData]) {
    if (value === "") event.formData.delete(name);
  }
});

// HTMX gathers the fields by itself.
document.addEventListener("htmx:configRequest", (event) => {
  const { verb, parameters } = event.detail;
  if (verb !== "get") return;
  for (const name of Object.keys(parameters)) {
    if (parameters[name] === "") delete parameters[name];
  }
});

// A click on the button changes the field left for it and sends the form: the list is renewed once for both.
const asked = new Map();
const wordsOf = (form) => new URLSearchParams(new FormData(form)).toString();

document.addEventListener("htmx:confirm", (event) => {
  const form = event.detail.elt;
  if (form.matches("form") && asked.get(form) === wordsOf(form)) event.preventDefault();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (form.matches("form")) asked.set(form, wordsOf(form));
});
document.addEventListener("htmx:afterRequest", (event) => asked.delete(event.detail.elt));
