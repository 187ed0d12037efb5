// The page of one job reports that it was seen, and offers what this device can do: share and print.
const hero = document.querySelector("[data-seen]");
if (hero && hero.dataset.past === undefined) fetch(hero.dataset.seen, { method: "POST", keepalive: true });

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () =>
    navigator.share({ title: share.dataset.title, url: share.dataset.url }).catch(() => {}),
  );
}

const print = document.querySelector("[data-print]");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
