/**
 * What was typed into a form is not lost when the session had ended. A form that is sent leaves its fields in this tab
 * (sessionStorage). When the sign-in page answers, and the same user comes back to the same page, they are filled in
 * again, with a word about it; nothing is sent. Any other page, or another user, deletes them.
 *
 * `data-user` of <body> says who it is, for whom and at which counter; visitors have none. Passwords, files and codes
 * are never kept, nor what is marked autocomplete="off" (numbers of documents and accounts).
 */
const KEY = "kept-text";
const PARTS = "combo-box, region-select"; // their hidden inputs hold what was chosen
const NEVER = new Set(["password", "file", "submit", "button", "reset", "image"]);

function isKept(control) {
  if (!control.name || control.disabled || NEVER.has(control.type)) return false;
  if (control.closest(PARTS)) return true;
  return control.type !== "hidden" && !/^(off|one-time-code)$|password/.test(control.autocomplete);
}

const isTicked = (control) => control.type === "checkbox" || control.type === "radio";

function valuesOf(control) {
  if (isTicked(control)) return control.checked;
  return control.multiple ? [...control.selectedOptions].map((option) => option.value) : control.value;
}

function fill(control, field) {
  const place = control.closest("region-select");
  if (place) {
    if (control.value !== field.value) place.put(field.value, field.words);
  } else if (isTicked(control)) control.checked = field.value;
  else if (control.multiple) for (const option of control.options) option.selected = field.value.includes(option.value);
  else control.value = field.value;
}

function read() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null; // storage is switched off, or holds something else
  }
}

function write(entry) {
  try {
    if (entry) sessionStorage.setItem(KEY, JSON.stringify(entry));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Switched off or full: then nothing is kept.
  }
}

const here = () => location.pathname + location.search;
const target = (form) => form.getAttribute("action") || here();
const isForm = (form) => form?.matches?.("form[method=post]");

/** Forms of one page are told apart by where they are sent, fields of one name by their order. */
function keep(form) {
  const user = document.body.dataset.user;
  const fields = [...form.elements].filter(isKept).map((control) => ({
    name: control.name,
    option: isTicked(control) ? control.value : "",
    value: valuesOf(control),
    words: control.closest("region-select")?.chosen ?? "",
  }));
  if (user && fields.length) write({ user, page: here(), action: target(form), fields });
}

function putBack(entry) {
  const isIt = (form) => isForm(form) && target(form) === entry.action && form.elements[entry.fields[0].name];
  const form = [...document.forms].find(isIt);
  if (!form) return;
  write(null);
  const left = [...form.elements].filter(isKept);
  for (const field of entry.fields) {
    const at = left.findIndex((control) => control.name === field.name && (!field.option || control.value === field.option));
    if (at >= 0) fill(left.splice(at, 1)[0], field);
  }
  const words = document.getElementById("kept-words");
  const notice = document.createElement("div");
  notice.setAttribute("role", "status");
  (form.getClientRects().length ? form : document.getElementById("main")).prepend(notice);
  // A status is read out when it changes: it is there before its words are.
  requestAnimationFrame(() => notice.append(words.content.cloneNode(true)));
}

/** What the page that has come means for what is kept. */
function look() {
  const entry = read();
  if (!entry) return;
  const user = document.body.dataset.user;
  const isSignIn = !user && location.pathname.startsWith("/accounts/");
  if (isSignIn) write({ ...entry, waits: true });
  else if (entry.user !== user || !entry.waits) write(null);
  else if (entry.page === here()) putBack(entry);
}

// Before any other part decides how the form is sent.
document.addEventListener("submit", (event) => isForm(event.target) && keep(event.target), true);
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const form = detail.elt.closest("form") ?? detail.elt.form;
  if (detail.requestConfig.verb !== "get" && isForm(form)) keep(form);
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.verb !== "get" && !detail.xhr.getResponseHeader("HX-Redirect")) write(null);
});
document.addEventListener("htmx:afterSettle", () => read()?.waits && look());
document.addEventListener("page:replaced", look);
look();
