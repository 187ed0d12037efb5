// The one script of every page. Each part listens on the document or defines a custom element, so what htmx
// swaps in works without being set up again.
import "./preferences.js";
import "./dialogs.js";
import "./forms.js";
import "./menu.js";
import "./copy-button.js";
import "./combo-box.js";
import "./region-select.js";
import "./file-upload.js";
import "./bulk-table.js";
import "./kept-text.js";
import { toast } from "./toast.js";

document.addEventListener("htmx:responseError", () => toast(document.getElementById("toasts").dataset.failed));
document.addEventListener("htmx:sendError", () => toast(document.getElementById("toasts").dataset.offline));

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/service-worker.js").catch(() => {});
}
