// Theme and text size change at once and are remembered in the background; the language reloads the page.
const root = document.documentElement;

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches(".preferences") || !button || button.name === "language") return;
  event.preventDefault();
  const value = button.value;
  apply(button.name, value);
  fetch(form.action, {
    method: "POST",
    body: new URLSearchParams({ [button.name]: value }),
    redirect: "manual",
  });
});

function apply(name, value) {
  const on = value === "dark" || value === "large";
  if (value === "normal") delete root.dataset[name];
  else root.dataset[name] = value;
  for (const button of document.querySelectorAll(`.preferences [name="${name}"]`)) {
    button.setAttribute("aria-pressed", String(on));
    button.value = { theme: { true: "light", false: "dark" }, size: { true: "normal", false: "large" } }[name][on];
  }
  document.dispatchEvent(new Event("themechange"));
}
