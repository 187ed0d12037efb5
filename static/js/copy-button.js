import { toast } from "./toast.js";

/** <copy-button>: shows its button where the clipboard can be written, and shares where the device can share. */
customElements.define(
  "copy-button",
  class extends HTMLElement {
    connectedCallback() {
      const button = this.querySelector("button");
      const share = button.dataset.share;
      if (!navigator.clipboard && !(share && navigator.share)) return;
      this.hidden = false;
      button.addEventListener("click", () => this.act(button, share));
    }

    async act(button, share) {
      if (share && navigator.share) {
        await navigator.share({ title: share, url: button.dataset.copy }).catch(() => {});
        return;
      }
      await navigator.clipboard.writeText(button.dataset.copy);
      toast(button.dataset.done);
    }
  },
);
