"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const parsed = (id) => JSON.parse(byId(id).textContent);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* ---- sound: each file is stored once, and unpacked with its group when first needed ---- */
  const kinds = parsed("sound-kinds");
  const ofMoment = parsed("sound-of-moment");
  const packed = new Map(all("[data-sounds]").map((block) => [block.dataset.sounds, block]));
  const unpacked = new Map();
  const sourceOf = (key) => {
    const [group, type] = kinds[key];
    if (!unpacked.has(group)) unpacked.set(group, JSON.parse(packed.get(group).textContent));
    return `data:${type};base64,${unpacked.get(group)[key]}`;
  };
  const started = (sound) => sound.play().catch((error) => { if (error.name !== "AbortError") throw error; });

  const audio = byId("audio");
  const stop = () => {
    audio.pause();
    byId("player").hidden = true;
  };
  const play = (moment, text) => {
    if (!moment || !Object.hasOwn(ofMoment, moment)) return;
    audio.src = sourceOf(ofMoment[moment]);
    byId("player-title").textContent = moment;
    byId("player-line").textContent = (text || "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
    byId("player-progress").value = 0;
    byId("player").hidden = false;
    started(audio);
  };
  audio.addEventListener("timeupdate", () => {
    if (audio.duration > 0) byId("player-progress").value = audio.currentTime / audio.duration;
  });
  for (const [what, ends] of [["stop", "click"], ["audio", "ended"]]) byId(what).addEventListener(ends, stop);
  byId("player-dot").parentElement.remove();
  document.addEventListener("play", (event) => {  // one sound at a time
    for (const other of all("audio")) if (other !== event.target) other.pause();
    if (event.target !== audio) byId("player").hidden = true;
  }, true);

  /* ---- players: another version goes on where the last one was ---- */
  const choose = (block, button) => {
    const sound = block.querySelector("audio");
    const [at, on] = [sound.currentTime, !sound.paused];
    sound.src = sourceOf(button.dataset.sound);
    for (const other of all("[data-sound]", block)) other.setAttribute("aria-checked", String(other === button));
    if (at > 0) sound.addEventListener("loadedmetadata", () => { sound.currentTime = Math.min(at, sound.duration); }, { once: true });
    if (on) started(sound);
  };
  const loaded = (block) => {
    const sound = block.querySelector("audio");
    if (!sound.src) sound.src = sourceOf(block.querySelector('[aria-checked="true"]').dataset.sound);
    return sound;
  };
  const playerNear = (element, id) => {
    const view = element.closest(".view");
    return loaded(all("[data-player-id]", view).find((block) => block.dataset.playerId === id));
  };
  const seek = (sound, seconds, start = true) => {
    const go = () => { sound.currentTime = Math.min(seconds, sound.duration || seconds); };
    if (sound.readyState > 0) go();
    else {
      sound.addEventListener("loadedmetadata", go, { once: true });
      sound.load();
      sound.preload = "metadata";
    }
    if (start) started(sound);
  };
  const toggle = (sound) => { if (sound.paused) started(sound); else sound.pause(); };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-sound]");
    if (!button) return;
    const block = button.closest("[data-player-id]");
    choose(block, button);
    started(block.querySelector("audio"));
  });

  /* ---- drawing: only what is on the shown page, and only when it comes near ---- */
  const page = { play, playerNear, seek, toggle };
  const undo = new Map();
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const LIGHTER = [['"#0B7A75"', '"#4ABEB5"'], ["rgba(11,122,117,", "rgba(74,190,181,"],
    ['"#A8541A"', '"#E89456"'], ["rgba(168,84,26,", "rgba(232,148,86,"]];  // as the style has them
  const dataOf = (element) => {
    const text = element.nextElementSibling.textContent;
    return JSON.parse(dark.matches ? LIGHTER.reduce((all, [on, off]) => all.replaceAll(on, off), text) : text);
  };
  const draw = (element) => {
    if (undo.has(element)) return;
    undo.set(element, drawings[element.dataset.draw](element, dataOf(element), page));
  };
  const erase = (element) => {
    const back = undo.get(element);
    if (back) {
      back();
      undo.delete(element);
    }
  };
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      if (target.matches("[data-draw]")) draw(target);
      else loaded(target);
      near.unobserve(target);
    }
  }, { rootMargin: "400px" });
  const watch = (view) => all("[data-draw], [data-player-id]", view).forEach((element) => near.observe(element));
  dark.addEventListener("change", () => {
    for (const element of [...undo.keys()]) if (undo.get(element)) { erase(element); draw(element); }
  });
  for (const details of all(".numbers")) {
    details.addEventListener("toggle", () => {
      const box = details.querySelector(".scroll");
      if (details.open && !box.firstChild) {
        box.append(...drawings.numbers(dataOf(details.parentElement.querySelector("[data-draw]")), page));
      }
    });
  }

  /* ---- pages: #model and #song-<id> ---- */
  const views = new Map(all("[data-view]").map((view) => [view.dataset.view, view]));
  const title = document.title;
  const asked = () => {
    try {
      return decodeURIComponent(location.hash.slice(1));
    } catch {
      return "model";
    }
  };
  const show = (focus) => {
    if (location.hash === "#main") return;  // the way past the list
    const id = views.has(asked()) ? asked() : "model";
    for (const [name, view] of views) {
      view.classList.toggle("shown", name === id);
      if (name !== id) {
        all("[data-draw]", view).forEach((element) => { near.unobserve(element); erase(element); });
        all("audio", view).forEach((sound) => sound.pause());
      }
    }
    for (const link of all("[data-page]")) {
      link.toggleAttribute("aria-current", link.dataset.page === id);
      if (link.dataset.page !== id) continue;
      link.setAttribute("aria-current", "page");
      const list = link.parentElement;
      list.scrollLeft = link.offsetLeft - 20;
      if (link.offsetTop > list.scrollTop + list.clientHeight - 40 || link.offsetTop < list.scrollTop) list.scrollTop = link.offsetTop - 100;
    }
    const heading = views.get(id).querySelector("h1");
    document.title = id === "model" ? title : `${heading.textContent} · ${title}`;
    watch(views.get(id));
    if (!focus) return;
    scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  };
  addEventListener("hashchange", () => { stop(); show(true); });

  /* ---- hints, and arrow keys inside a group ---- */
  const hint = byId("hint");
  const tell = (element) => {
    hint.hidden = !element;
    if (!element) return;
    hint.textContent = element.dataset.hint;
    const box = element.getBoundingClientRect();
    const left = Math.min(box.left + box.width / 2 - hint.offsetWidth / 2, innerWidth - hint.offsetWidth - 8);
    hint.style.left = `${Math.max(8, left)}px`;
    hint.style.top = `${box.top > 44 ? box.top - hint.offsetHeight - 6 : box.bottom + 6}px`;
  };
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, (event) => tell(event.target.closest?.("[data-hint]") ?? null));
  }
  document.addEventListener("pointerleave", () => tell(null));
  addEventListener("scroll", () => tell(null), { passive: true });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { stop(); tell(null); }
  });
  for (const group of all("[data-roving]")) {
    const items = all("[tabindex]", group);
    if (items.length) items[0].tabIndex = 0;
    group.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const index = items.indexOf(document.activeElement);
      if (!by || index < 0) return;
      const next = items[(index + by + items.length) % items.length];
      items[index].tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      event.preventDefault();
    });
  }
  show(false);
})();
