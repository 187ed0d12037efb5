// The draft form of a posting keeps what is written: htmx saves it on every pause, this module covers the moments
// between (leaving the page, submitting while a save is under way).
const form = document.querySelector("form[data-draft]");
let dirty = false;
let saving = 0;
let leaving = false;
let waiting = null;

form.addEventListener("input", () => (dirty = true));
form.addEventListener("change", () => (dirty = true));
form.addEventListener("htmx:beforeRequest", (event) => {
  if (leaving) event.preventDefault(); // what is on its way to the server says it all
});
form.addEventListener("htmx:beforeSend", () => {
  saving += 1;
  dirty = false;
});
form.addEventListener("htmx:afterRequest", () => {
  saving -= 1;
  if (saving || !waiting) return;
  const submitter = waiting.submitter;
  waiting = null;
  // The version token comes with the answer and is in place once htmx has settled it.
  setTimeout(() => form.requestSubmit(submitter));
});

form.addEventListener(
  "submit",
  (event) => {
    if (saving) {
      event.preventDefault();
      event.stopPropagation();
      waiting = { submitter: event.submitter };
      return;
    }
    leaving = true;
  },
  true,
);

addEventListener("pagehide", () => {
  if (dirty && !leaving) navigator.sendBeacon(form.dataset.autosave, new FormData(form));
});
