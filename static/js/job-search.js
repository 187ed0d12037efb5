// The search page: filters act at once, and the button of the filter sheet says how many jobs it would show.
document.addEventListener("change", async (event) => {
  const filters = event.target.closest("form[data-auto-submit]");
  if (filters) {
    filters.requestSubmit();
    return;
  }
  const form = event.target.closest("form[data-count-form]");
  if (!form) return;
  const button = document.querySelector("[data-count-button]");
  const answer = await fetch(`${form.action}?${new URLSearchParams(new FormData(form))}`);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  button.textContent = page.querySelector("[data-count-button]").textContent;
});

// A suggestion that was chosen is searched for.
document.addEventListener("choose", (event) => {
  event.target.closest("form[data-search-form]")?.requestSubmit();
});
