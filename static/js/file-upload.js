/**
 * <file-upload>: shows the chosen files, takes dropped ones, and sends the form around it with a progress bar.
 * XMLHttpRequest because fetch() does not tell how much was sent.
 */
function size(bytes) {
  return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
}

customElements.define(
  "file-upload",
  class extends HTMLElement {
    connectedCallback() {
      this.words = JSON.parse(this.dataset.words);
      this.input = this.querySelector("input[type=file]");
      this.list = this.querySelector(".upload__list");
      this.input.addEventListener("change", () => this.show());
      const area = this.querySelector(".drop");
      for (const name of ["dragenter", "dragover"]) {
        area.addEventListener(name, (event) => {
          event.preventDefault();
          area.classList.add("is-over");
        });
      }
      area.addEventListener("dragleave", () => area.classList.remove("is-over"));
      area.addEventListener("drop", (event) => {
        event.preventDefault();
        area.classList.remove("is-over");
        const files = new DataTransfer();
        for (const file of [...event.dataTransfer.files].slice(0, this.input.multiple ? undefined : 1)) {
          files.items.add(file);
        }
        this.input.files = files.files;
        this.show();
      });
    }

    show() {
      this.list.replaceChildren(...[...this.input.files].map((file) => this.row(file)));
    }

    row(file) {
      const row = document.createElement("div");
      row.className = "file";
      const name = document.createElement("span");
      name.textContent = file.name;
      const meta = document.createElement("span");
      meta.className = "file__meta";
      meta.textContent = `${size(file.size)} ${this.words.waiting}`;
      const remove = document.createElement("button");
      remove.type = "button";
      remove.className = "btn btn--ghost btn--sm";
      remove.textContent = this.words.remove;
      remove.setAttribute("aria-label", `${this.words.remove} ${file.name}`);
      remove.addEventListener("click", () => {
        const files = new DataTransfer();
        for (const other of this.input.files) if (other !== file) files.items.add(other);
        this.input.files = files.files;
        this.show();
        this.input.focus();
      });
      row.append(name, meta, remove);
      return row;
    }

    progress() {
      const bar = document.createElement("progress");
      bar.className = "bar";
      bar.max = 100;
      bar.setAttribute("aria-label", this.words.uploading);
      this.list.append(bar);
      return bar;
    }
  },
);

document.addEventListener("submit", (event) => {
  const form = event.target;
  const upload = [...form.querySelectorAll("file-upload")].find((each) => each.input.files.length);
  if (!upload || event.defaultPrevented || form.closest("[hx-post]")) return;
  event.preventDefault();
  const data = new FormData(form);
  if (event.submitter?.name) data.append(event.submitter.name, event.submitter.value);
  const bar = upload.progress();
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", (step) => (bar.value = (step.loaded / step.total) * 100));
  request.addEventListener("load", () => replacePage(request));
  request.addEventListener("error", () => {
    bar.remove();
    delete form.dataset.sending;
    event.submitter?.removeAttribute("aria-busy");
    const region = document.getElementById("toasts");
    import("./toast.js").then(({ toast }) => toast(region.dataset.offline));
  });
  request.open("POST", form.action);
  request.send(data);
});

/** Show the answer as the browser would have: the page that the server redirected to, or the refused form. */
function replacePage(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  document.title = page.title;
  for (const sheet of page.head.querySelectorAll("link[rel=stylesheet]")) {
    const known = [...document.head.querySelectorAll("link[rel=stylesheet]")];
    if (!known.some((link) => link.href === sheet.href)) document.head.append(document.adoptNode(sheet));
  }
  document.body.replaceWith(document.adoptNode(page.body));
  if (request.responseURL !== location.href) history.pushState(null, "", request.responseURL);
  replaced = true;
  window.htmx?.process(document.body);
  document.dispatchEvent(new Event("page:replaced"));
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
  else scrollTo(0, 0);
}
let replaced = false;
addEventListener("popstate", () => replaced && location.reload());
