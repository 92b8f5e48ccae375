"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const map = JSON.parse(byId("map-data").textContent);
  const moments = map ? map.moments : [];
  const indexOf = new Map(moments.map((moment, index) => [moment.id, index]));

  /* ---- sound: one at a time, unpacked a group at a time when first needed ---- */
  const audio = byId("audio");
  const groupOf = new Map();
  for (const [group, ids] of Object.entries(JSON.parse(byId("sound-groups").textContent))) {
    for (const id of ids) groupOf.set(id, group);
  }
  const blocks = new Map([...document.querySelectorAll("[data-sounds]")].map((block) => [block.dataset.sounds, block]));
  const unpacked = new Map();
  let playing = null;

  const soundOf = (id) => {
    const group = groupOf.get(id);
    if (!unpacked.has(group)) unpacked.set(group, new Map(Object.entries(JSON.parse(blocks.get(group).textContent))));
    return "data:audio/mpeg;base64," + unpacked.get(group).get(id);
  };

  const mark = () => {
    for (const button of document.querySelectorAll("[data-play]")) {
      button.setAttribute("aria-pressed", String(button.dataset.play === playing));
    }
    byId("player").hidden = playing === null;
  };

  const stop = () => {
    playing = null;
    audio.pause();
    mark();
  };

  const play = (id) => {
    if (!groupOf.has(id)) return;
    playing = id;
    audio.src = soundOf(id);
    audio.play().catch((error) => { if (error.name !== "AbortError") stop(); });
    const moment = moments[indexOf.get(id)];
    byId("player-title").textContent = moment ? where(moment) : id;
    byId("player-line").textContent = moment ? moment.line : "";
    byId("player-dot").setAttribute("fill", moment ? hexOf(moment) : "none");
    byId("player-progress").value = 0;
    mark();
  };

  audio.addEventListener("ended", stop);
  audio.addEventListener("timeupdate", () => {
    if (audio.duration > 0) byId("player-progress").value = audio.currentTime / audio.duration;
  });
  byId("stop").addEventListener("click", stop);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-play]");
    if (!button) return;
    if (button.dataset.play === playing) stop();
    else play(button.dataset.play);
  });

  /* ---- what a moment says ---- */
  const classOf = (moment) => (map.classes[moment.class] || ["no class", "#8a8a8a"]);
  const nameOf = (moment) => classOf(moment)[0];
  const hexOf = (moment) => classOf(moment)[1];
  const where = (moment) => [moment.title, moment.time, moment.section, nameOf(moment)].filter(Boolean).join(" · ");
  const lineInto = (element, moment) => {
    element.textContent = moment.line || "no words here";
    element.classList.toggle("none", !moment.line);
  };
  const element = (name, className) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    return made;
  };
  const picture = (name, attributes) => {
    const made = document.createElementNS(byId("player-dot").namespaceURI, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const swatch = (hex) => {
    const box = picture("svg", { viewBox: "0 0 12 12", class: "swatch", "aria-hidden": "true" });
    box.append(picture("circle", { cx: 6, cy: 6, r: 5, fill: hex }));
    return box;
  };
  const playButton = (moment) => {
    if (!groupOf.has(moment.id)) return element("span", "round mute");
    const button = element("button", "round");
    button.type = "button";
    button.dataset.play = moment.id;
    button.setAttribute("aria-pressed", String(moment.id === playing));
    button.setAttribute("aria-label", `Play ${moment.title}, ${moment.time}`);
    const icon = picture("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    icon.append(picture("path", { class: "go", d: "M9 6.5v11l9-5.5z" }),
      picture("rect", { class: "halt", x: 7.5, y: 7.5, width: 9, height: 9 }));
    button.append(icon);
    return button;
  };

  if (groupOf.size === 0) document.body.classList.add("no-sound");
  if (!moments.length) return;

  /* ---- the map ---- */
  const field = document.querySelector("#map svg[role=group]");
  const circles = [...field.querySelectorAll("circle[data-segment]")];
  const centers = circles.map((circle) => [Number(circle.getAttribute("cx")), Number(circle.getAttribute("cy"))]);
  const tip = byId("tip");
  const only = new Set();
  let chosen = map.chosen;
  let radius = 6;

  const shown = (index) => only.size === 0 || only.has(moments[index].class);
  const scale = () => field.viewBox.baseVal.width / field.getBoundingClientRect().width;

  const nearestTo = (event) => {
    const box = field.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) * scale(), (event.clientY - box.top) * scale()];
    let best = null;
    let least = (16 * scale()) ** 2;  // within a fingertip's half
    centers.forEach(([cx, cy], index) => {
      const distance = (cx - x) ** 2 + (cy - y) ** 2;
      if (distance < least && shown(index)) [best, least] = [index, distance];
    });
    return best;
  };

  const ringAt = (id, index, gap) => {
    const [cx, cy] = index === null ? [0, 0] : centers[index];
    const r = index === null ? 0 : radius + gap * scale();
    for (const [name, value] of Object.entries({ cx, cy, r })) byId(id).setAttribute(name, value);
  };

  const hint = (index) => {
    tip.hidden = index === null;
    ringAt("ring-over", index, 3);
    if (index === null) return;
    lineInto(tip.querySelector(".line"), moments[index]);
    tip.querySelector(".where").textContent = where(moments[index]);
    const box = field.getBoundingClientRect();
    const [x, y] = centers[index].map((value) => value / scale());
    const left = Math.min(Math.max(8, x - tip.offsetWidth / 2), box.width - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(8, left)}px`;
    tip.style.top = y > tip.offsetHeight + 18 ? `${y - tip.offsetHeight - 12}px` : `${y + 14}px`;
  };

  const neighbor = (index) => {
    const moment = moments[index];
    const item = element("li");
    const go = element("button", "go-there");
    go.type = "button";
    const line = element("p", "line user");
    lineInto(line, moment);
    const place = element("p", "where");
    const text = element("span", "user");
    text.textContent = `${moment.title} · ${moment.time.split("–")[0]}`;
    place.append(swatch(hexOf(moment)), text);
    go.append(line, place);
    go.addEventListener("click", () => choose(index));
    item.append(playButton(moment), go);
    return item;
  };

  const choose = (index) => {
    circles[chosen].setAttribute("tabindex", "-1");
    chosen = index;
    const moment = moments[index];
    ringAt("ring-chosen", index, 4);
    circles[index].setAttribute("tabindex", "0");
    byId("chosen-play").replaceChildren(playButton(moment));
    lineInto(byId("chosen-line"), moment);
    const key = element("span", "user");
    key.textContent = where(moment);
    byId("chosen-where").className = "where key";
    byId("chosen-where").replaceChildren(swatch(hexOf(moment)), key);
    byId("nearest").replaceChildren(...moment.near.map(neighbor));
    byId("threads").replaceChildren(...moment.near.map((other) => {
      const [[x1, y1], [x2, y2]] = [centers[index], centers[other]];
      return picture("line", { x1, y1, x2, y2 });
    }));
  };

  const open = (index) => {
    choose(index);
    play(moments[index].id);
  };

  const toward = (index, dx, dy) => {
    let best = index;
    let least = Infinity;
    centers.forEach(([x, y], other) => {
      const along = (x - centers[index][0]) * dx + (y - centers[index][1]) * dy;
      const across = Math.abs((x - centers[index][0]) * dy) + Math.abs((y - centers[index][1]) * dx);
      if (other !== index && shown(other) && along > 0 && along + 2 * across < least) [best, least] = [other, along + 2 * across];
    });
    return best;
  };
  const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  field.addEventListener("pointermove", (event) => { if (event.pointerType !== "touch") hint(nearestTo(event)); });
  field.addEventListener("pointerleave", () => hint(null));
  field.addEventListener("click", (event) => {
    const index = nearestTo(event);
    if (index !== null) open(index);
  });
  field.addEventListener("focusin", (event) => {
    if (event.target.dataset.index && event.target.matches(":focus-visible")) hint(Number(event.target.dataset.index));
  });
  field.addEventListener("focusout", () => hint(null));
  field.addEventListener("keydown", (event) => {
    const index = Number(event.target.dataset.index);
    if (event.key === "Enter" || event.key === " ") open(index);
    else if (event.key in ARROWS) {
      const next = toward(index, ...ARROWS[event.key]);
      choose(next);
      circles[next].focus();
    } else return;
    event.preventDefault();
  });

  const filter = () => {
    circles.forEach((circle, index) => circle.classList.toggle("off", !shown(index)));
    for (const chip of document.querySelectorAll("[data-class]")) {
      chip.setAttribute("aria-pressed", String(only.has(chip.dataset.class)));
    }
    byId("show-all").hidden = only.size === 0;
    if (shown(chosen)) return;
    const first = circles.findIndex((_, index) => shown(index));
    if (first >= 0) choose(first);
  };
  for (const chip of document.querySelectorAll("[data-class]")) {
    chip.addEventListener("click", () => {
      if (!only.delete(chip.dataset.class)) only.add(chip.dataset.class);
      filter();
    });
  }
  byId("show-all").addEventListener("click", () => { only.clear(); filter(); });

  const resize = () => {
    const box = field.getBoundingClientRect();
    const room = Math.sqrt((box.width * box.height) / moments.length);
    radius = Math.min(5.8, Math.max(3, 0.23 * room)) * scale();
    for (const circle of circles) circle.setAttribute("r", radius.toFixed(2));
    ringAt("ring-chosen", chosen, 4);
  };
  new ResizeObserver(resize).observe(field);
  choose(chosen);
})();
