/**
 * <region-select>: a place of the region tree. Columns side by side on a wide screen, chained select boxes on a
 * phone, and a search box for both. The text box that works without this script stays as the value holder.
 */
const WIDE = matchMedia("(min-width: 48em)");
const loaded = new Map();
let serial = 0;

function children(url, code) {
  const address = `${url}?parent=${encodeURIComponent(code)}`;
  if (!loaded.has(address)) {
    const answer = fetch(address).then((response) => (response.ok ? response.json() : Promise.reject(response)));
    answer.catch(() => loaded.delete(address));
    loaded.set(address, answer);
  }
  return loaded.get(address);
}

function make(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...content);
  return element;
}

customElements.define(
  "region-select",
  class extends HTMLElement {
    connectedCallback() {
      if (this.box) return;
      this.words = JSON.parse(this.dataset.words);
      this.input = this.querySelector("input");
      this.chosen = this.input.value;
      const codes = (this.dataset.path || "").split("/").filter(Boolean);
      const start = codes.indexOf(this.dataset.root);
      this.codes = codes.slice(start + 1);
      this.first = this.dataset.root ? this.rootLevel(this.dataset.root) : 0;
      this.names = [];
      this.value = make("p", { class: "region__chosen", role: "status" });
      this.box = make("div", { class: "region__box" });
      this.append(this.search(), this.box, this.value);
      this.querySelector("label").remove();
      this.input.type = "hidden";
      this.input.removeAttribute("id");
      this.say();
      this.draw();
      WIDE.addEventListener("change", () => this.draw());
    }

    rootLevel(code) {
      return { 2: 1, 4: 2, 6: 3, 9: 4 }[code.length] ?? 3;
    }

    search() {
      const id = `region-search-${serial++}`;
      const label = make("label", { class: "sr-only", for: id }, this.words.search);
      const box = make("combo-box", {
        class: "combobox",
        "data-url": this.dataset.root
          ? `${this.dataset.search}?within=${encodeURIComponent(this.dataset.root)}`
          : this.dataset.search,
        "data-empty": this.dataset.empty ?? "",
        "data-count": this.dataset.count ?? "",
      });
      box.append(
        make("input", { id, class: "input", type: "text", autocomplete: "off", placeholder: this.words.search }),
        make("div", { id: `${id}-list`, class: "listbox", role: "listbox", "aria-label": this.words.search, hidden: "" }),
        make("span", { class: "sr-only", role: "status" }),
      );
      box.addEventListener("choose", ({ detail }) => {
        this.put(detail.code, detail.full_name || detail.name);
        this.tell();
      });
      return make("div", { class: "region__search" }, label, box);
    }

    /** Show a place that was not picked level by level. */
    put(code, name) {
      this.set(code, name);
      this.codes = [];
      this.draw();
    }

    set(code, name) {
      this.input.value = code;
      this.chosen = name;
      this.say();
    }

    tell() {
      this.input.dispatchEvent(new Event("change", { bubbles: true }));
    }

    say() {
      this.value.textContent = this.chosen ? `${this.words.chosen}${this.chosen}` : this.words.none;
    }

    levels() {
      return Number(this.dataset.depth) - this.first;
    }

    async draw() {
      const ticket = (this.ticket = {});
      const lists = [];
      const names = [];
      let parent = this.dataset.root;
      try {
        for (let level = 0; level < this.levels(); level++) {
          const rows = await children(this.dataset.children, parent);
          if (!rows.length) break;
          lists.push(rows);
          const row = rows.find((each) => each.code === this.codes[level]);
          if (!row) break;
          names.push(row.name);
          parent = row.code;
          if (row.has_children === false) break;
        }
      } catch {
        this.box.replaceChildren(make("p", { class: "field__error" }, this.words.failed));
        return;
      }
      if (ticket !== this.ticket) return;
      this.names = names;
      const focused = this.box.contains(document.activeElement) ? document.activeElement.dataset.at : null;
      this.box.replaceChildren(WIDE.matches ? this.columns(lists) : this.selects(lists));
      if (focused) this.box.querySelector(`[data-at="${focused}"]`)?.focus();
    }

    pick(level, row) {
      this.codes = [...this.codes.slice(0, level), ...(row ? [row.code] : [])];
      const names = [...this.names.slice(0, level), ...(row ? [row.name] : [])];
      this.set(this.codes.at(-1) ?? "", names.join(" / "));
      this.tell();
      this.draw();
    }

    columns(lists) {
      const box = make("div", { class: "cascade" });
      lists.forEach((rows, level) => {
        const list = make("ul", { "aria-label": this.words.levels[this.first + level] });
        for (const row of rows) {
          const on = this.codes[level] === row.code;
          const button = make("button", { type: "button", "aria-pressed": on, "data-at": row.code }, row.name);
          button.addEventListener("click", () => this.pick(level, row));
          list.append(make("li", {}, button));
          if (on) requestAnimationFrame(() => (list.scrollTop = button.offsetTop - list.clientHeight / 2));
        }
        box.append(list);
      });
      return box;
    }

    selects(lists) {
      const box = make("div", { class: "region__selects" });
      lists.forEach((rows, level) => {
        const select = make("select", {
          class: "select",
          "aria-label": this.words.levels[this.first + level],
          "data-at": `level-${level}`,
        });
        select.append(make("option", { value: "" }, this.words.choose));
        for (const row of rows) select.append(make("option", { value: row.code }, row.name));
        select.value = this.codes[level] ?? "";
        select.addEventListener("change", () => this.pick(level, rows.find((row) => row.code === select.value)));
        box.append(select);
      });
      return box;
    }
  },
);
