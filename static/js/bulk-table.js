/**
 * <bulk-table>: ticking rows by page, by shift-click and by keyboard (J, K, X, Enter, and / for the search box). The row
 * of the open case is in sight; whoever closes it (#link in the address) goes on from that row.
 * The keys rest while someone types in a field or a dialog is open (WCAG 2.1.4).
 */
customElements.define(
  "bulk-table",
  class extends HTMLElement {
    connectedCallback() {
      this.addEventListener("change", (event) => {
        if (event.target.matches("[data-all]")) {
          for (const box of this.boxes) box.checked = event.target.checked;
        }
        if (event.target.matches("[type=checkbox]")) this.sync();
      });
      this.addEventListener("click", (event) => {
        const box = event.target;
        if (!box.matches?.("tbody [type=checkbox]")) return;
        if (event.shiftKey && this.last) {
          const boxes = this.boxes;
          const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(box)].sort((a, b) => a - b);
          for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
          this.sync();
        }
        this.last = box;
      });
      this.sync();
      this.comeBack();
    }

    comeBack() {
      const left = location.hash && document.getElementById(location.hash.slice(1)); // the browser gives it the focus
      if (left && this.contains(left)) left.closest("tr").classList.add("is-current");
      const current = this.querySelector("tbody tr.is-current");
      if (!current) return;
      const list = this.closest(".split__list") ?? this;
      const seen = list.getBoundingClientRect();
      const row = current.getBoundingClientRect();
      if (row.bottom > seen.bottom || row.top < seen.top) list.scrollTop += row.top - seen.top - list.clientHeight / 2;
    }

    get boxes() {
      return [...this.querySelectorAll("tbody [type=checkbox]:not(:disabled)")];
    }

    sync() {
      const boxes = this.boxes;
      const ticked = boxes.filter((box) => box.checked);
      const all = this.querySelector("[data-all]");
      if (all) {
        all.checked = ticked.length > 0 && ticked.length === boxes.length;
        all.indeterminate = ticked.length > 0 && ticked.length < boxes.length;
      }
      for (const box of boxes) box.closest("tr").classList.toggle("is-selected", box.checked);
      const bar = document.querySelector(".bulkbar");
      if (!bar) return;
      bar.hidden = !ticked.length;
      bar.querySelector("[data-n]").textContent = ticked.length;
    }

    get rows() {
      return [...this.querySelectorAll("tbody tr")];
    }

    move(step) {
      const rows = this.rows;
      const now = rows.findIndex((row) => row.classList.contains("is-current"));
      const next = Math.max(0, Math.min(rows.length - 1, now + step));
      rows[now]?.classList.remove("is-current");
      rows[next].classList.add("is-current");
      rows[next].scrollIntoView({ block: "nearest" });
      rows[next].querySelector("[data-row]")?.focus();
    }
  },
);

document.addEventListener("keydown", (event) => {
  if (event.target.matches?.("input:not([type=checkbox]), textarea, select")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "/" && document.querySelector("[data-search]")) {
    event.preventDefault();
    document.querySelector("[data-search]").focus();
    return;
  }
  const table = document.querySelector("bulk-table");
  if (!table?.rows.length) return;
  if (event.key === "j") table.move(1);
  else if (event.key === "k") table.move(-1);
  else if (event.key === "x") table.querySelector("tr.is-current [type=checkbox]")?.click();
});
