/**
 * <combo-box data-url>: a text box with suggestions from the server (ARIA 1.2 combobox with a listbox).
 * The chosen code goes into the hidden input, and a "choose" event bubbles with the chosen row.
 */
const WAIT = 150;

customElements.define(
  "combo-box",
  class extends HTMLElement {
    connectedCallback() {
      this.input = this.querySelector("input:not([type=hidden])");
      this.code = this.querySelector("input[type=hidden]");
      this.list = this.querySelector("[role=listbox]");
      this.announcement = this.querySelector("[role=status]");
      this.rows = [];
      this.active = -1;
      const set = (name, value) => this.input.setAttribute(name, value);
      set("role", "combobox");
      set("aria-expanded", "false");
      set("aria-autocomplete", "list");
      set("aria-controls", this.list.id);
      this.input.addEventListener("input", () => this.typed());
      this.input.addEventListener("keydown", (event) => this.key(event));
      this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(Number(option.dataset.index));
      });
    }

    typed() {
      if (this.code) this.code.value = "";
      clearTimeout(this.timer);
      const words = this.input.value.trim();
      if (!words) {
        this.close();
        return;
      }
      this.timer = setTimeout(() => this.ask(words), WAIT);
    }

    async ask(words) {
      this.request?.abort();
      this.request = new AbortController();
      try {
        const answer = await fetch(`${this.dataset.url}${this.dataset.url.includes("?") ? "&" : "?"}q=${encodeURIComponent(words)}`, {
          signal: this.request.signal,
        });
        if (answer.ok) this.show(await answer.json(), words);
      } catch (error) {
        if (error.name !== "AbortError") this.close();
      }
    }

    show(rows, words) {
      this.rows = rows;
      this.active = -1;
      this.list.replaceChildren(...rows.map((row, index) => this.option(row, index, words)));
      if (!rows.length && !this.dataset.empty) {
        this.close();
        return;
      }
      if (!rows.length) {
        const none = document.createElement("p");
        none.className = "listbox__none";
        none.textContent = this.dataset.empty;
        this.list.append(none);
      }
      this.announcement.textContent = rows.length
        ? this.dataset.count.replace("{n}", rows.length)
        : this.dataset.empty;
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", String(rows.length > 0));
    }

    option(row, index, words) {
      const option = document.createElement("div");
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.id = `${this.list.id}_${index}`;
      option.dataset.index = index;
      const name = document.createElement("span");
      const at = row.name.indexOf(words);
      if (at < 0) {
        name.textContent = row.name;
      } else {
        const mark = document.createElement("mark");
        mark.textContent = words;
        name.append(row.name.slice(0, at), mark, row.name.slice(at + words.length));
      }
      const path = document.createElement("small");
      path.textContent = [row.matched_alias, row.path ?? row.full_name ?? row.code].filter(Boolean).join(" ");
      option.append(name, path);
      return option;
    }

    key(event) {
      const open = !this.list.hidden && this.rows.length > 0;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!open) this.typed();
        else this.move(event.key === "ArrowDown" ? 1 : -1);
      } else if (event.key === "Enter" && open && this.active >= 0) {
        event.preventDefault();
        this.choose(this.active);
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.preventDefault();
        this.close();
      }
    }

    move(step) {
      this.active = (this.active + step + this.rows.length) % this.rows.length;
      for (const [index, option] of [...this.list.children].entries()) {
        option.setAttribute("aria-selected", String(index === this.active));
        if (index === this.active) option.scrollIntoView({ block: "nearest" });
      }
      this.input.setAttribute("aria-activedescendant", `${this.list.id}_${this.active}`);
    }

    choose(index) {
      const row = this.rows[index];
      this.input.value = row.name;
      if (this.code) this.code.value = row.code;
      this.announcement.textContent = row.name;
      this.close();
      this.dispatchEvent(new CustomEvent("choose", { bubbles: true, detail: row }));
    }

    close() {
      clearTimeout(this.timer);
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }
  },
);
