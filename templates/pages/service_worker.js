{% load static %}// Keeps the portal's static files and one offline page. Never a signed-in page, never an answer to a form.
const CACHE = "portal-{% static "css/tokens.css" %}";
const OFFLINE = "{% url "offline" %}";
const SHELL = [OFFLINE, "{% static "css/tokens.css" %}", "{% static "css/app.css" %}", "{% static "css/components.css" %}", "{% static "css/forms.css" %}", "{% static "css/site.css" %}", "{% static "css/public.css" %}", "{% static "icons.svg" %}", "{% static "favicon.svg" %}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)))),
  );
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("{% get_static_prefix %}")) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  } else if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(OFFLINE)));
  }
});
