/** Show a short message for four seconds; the region around it is announced by screen readers. */
export function toast(message) {
  const region = document.getElementById("toasts");
  if (!region || !message) return;
  const box = document.createElement("div");
  box.className = "toast";
  box.textContent = message;
  region.replaceChildren(box);
  setTimeout(() => box.remove(), 4000);
}
