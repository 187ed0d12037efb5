// data-open="id" opens a dialog, data-close closes the one around it; a sheet also closes by a touch beside it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && event.target.matches(".sheet")) event.target.close();
});

// What htmx fetches into a closed dialog is meant to be seen.
document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
});

// <details data-confirm>: the question folds out in the page; with this script it becomes a dialog.
document.addEventListener("click", (event) => {
  const summary = event.target.closest("[data-confirm] > summary");
  if (!summary) return;
  event.preventDefault();
  const details = summary.parentElement;
  let dialog = details.confirmDialog;
  if (!dialog) {
    const form = details.querySelector("form");
    dialog = document.createElement("dialog");
    dialog.className = "dialog dialog--confirm";
    dialog.setAttribute("aria-labelledby", form.getAttribute("aria-labelledby"));
    form.removeAttribute("role");
    const cancel = document.createElement("button");
    cancel.className = "btn btn--ghost";
    cancel.type = "button";
    cancel.dataset.close = "";
    cancel.textContent = form.dataset.cancel;
    form.querySelector(".form__actions").append(cancel);
    dialog.append(form);
    document.body.append(dialog);
    details.confirmDialog = dialog;
  }
  dialog.showModal();
});
