"use strict";
/* What lies along the seconds: a waveform above its bands, and words that attend to seconds and notes. */
(() => {
  const { made, picture, largest, styleOf } = drawings;
  const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);

  /* ---- a waveform with scores, above its bands ---- */
  const bars = (values, className, yOf) => {
    const svg = picture("svg", { class: className, viewBox: `0 0 ${values.length} 100`, preserveAspectRatio: "none" });
    const paths = { toward: "", against: "" };
    values.forEach((value, index) => { paths[value < 0 ? "against" : "toward"] += yOf(value, index); });
    for (const [name, d] of Object.entries(paths)) svg.append(picture("path", { class: name, d }));
    return svg;
  };
  const scoreBars = (scores) => {
    const top = largest(scores);
    const svg = bars(scores, "score", (score, index) => `M${index + 0.06},50h.88v${(-46 * score / top).toFixed(1)}h-.88z`);
    svg.append(picture("line", { x1: 0, x2: scores.length, y1: 50, y2: 50 }));
    return svg;
  };
  const wavePath = (peaks, scores) => {
    const scoreAt = (index) => scores[Math.floor(index * scores.length / peaks.length)] ?? 0;
    const svg = picture("svg", { class: "peaks", viewBox: `0 0 ${peaks.length} 100`, preserveAspectRatio: "none" });
    const top = largest(scores);
    const paths = new Map();
    peaks.forEach((peak, index) => {
      const step = Math.round(4 * scoreAt(index) / top);
      const half = Math.max(0.6, 47 * peak);
      paths.set(step, (paths.get(step) || "") + `M${index + 0.5},${50 - half}v${2 * half}`);
    });
    for (const [step, d] of paths) {
      const className = step < 0 ? "against" : "toward";
      const quiet = step === 0 ? "stroke: var(--soft);" : "";
      const path = picture("path", { d, class: className, style: `${quiet} opacity: ${0.4 + 0.15 * Math.abs(step)}` });
      svg.append(path);
    }
    return svg;
  };
  const paintHeat = (canvas, heat) => {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth * ratio, canvas.clientHeight * ratio];
    if (!width || !height) return;
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    const top = largest(heat.flat());
    const hues = { toward: styleOf("--toward"), against: styleOf("--against") };
    heat.forEach((row, band) => row.forEach((value, column) => {
      const [x, w] = [column * width / row.length, width / row.length];
      const [y, h] = [height - (band + 1) * height / heat.length, height / heat.length];
      pen.fillStyle = `rgb(${value < 0 ? hues.against : hues.toward} / ${(0.92 * Math.abs(value) / top).toFixed(3)})`;
      pen.fillRect(x, y, Math.max(w - ratio / 2, ratio / 2), Math.max(h - ratio / 2, ratio / 2));
      if (value > -0.2 * top) return;
      pen.strokeStyle = styleOf("--card");  // what speaks against is struck through as well
      pen.lineWidth = ratio;
      pen.beginPath();
      pen.moveTo(x + 0.2 * w, y + 0.8 * h);
      pen.lineTo(x + 0.8 * w, y + 0.2 * h);
      pen.stroke();
    }));
  };
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  const wave = (element, data, page) => {
    const { start, end, peaks, scores, bands, heat, unit } = data;
    const grid = made("div", "wave");
    const canvas = made("canvas");
    const names = made("div", "names");
    const step = Math.max(1, Math.ceil(bands.length / 9));
    names.append(...bands.filter((_, index) => index % step === 0).reverse().map((name) => made("span", "user", name)));
    const times = made("div", "times");
    for (let part = 0; part <= 4; part += 1) times.append(made("span", "", clock(start + part * (end - start) / 4)));
    const label = (text) => {
      const box = made("div", "names one");
      box.append(made("span", "", text));
      return box;
    };
    grid.append(label("score"), scoreBars(scores), label("loudness"), wavePath(peaks, scores), names, canvas, times);
    const cursor = made("div", "cursor");
    grid.append(cursor);
    const readout = made("output", "readout", "Move over the picture, or use the arrow keys, to read its numbers.");
    Object.assign(grid, { tabIndex: 0 });
    for (const [key, value] of Object.entries({ role: "slider", "aria-label": "Seconds", "aria-valuemin": start, "aria-valuemax": end })) {
      grid.setAttribute(key, value);
    }
    element.replaceChildren(grid, readout);

    const player = data.player ? page.playerNear(element, data.player) : null;
    let at = start;
    const share = (seconds) => (seconds - start) / (end - start);
    const cell = (row, seconds) => row[Math.min(row.length - 1, Math.floor(share(seconds) * row.length))];
    const moveTo = (seconds) => {
      at = Math.min(end, Math.max(start, seconds));
      const box = canvas.getBoundingClientRect();
      cursor.style.left = `${box.left - grid.getBoundingClientRect().left + share(at) * box.width}px`;
      grid.setAttribute("aria-valuenow", at.toFixed(2));
    };
    const read = (seconds, band) => {
      const inside = Math.min(end - 1e-6, Math.max(start, seconds));
      const parts = [`${inside.toFixed(2)} s`];
      if (scores.length) parts.push(`score ${signed(cell(scores, inside))} ${unit}`);
      if (bands[band] && heat[band].length) parts.push(`${bands[band]}: ${signed(cell(heat[band], inside))} ${unit}`);
      readout.textContent = parts.join(" · ");
      grid.setAttribute("aria-valuetext", readout.textContent);
    };
    const under = (event) => {
      const box = canvas.getBoundingClientRect();
      const band = Math.floor((box.bottom - event.clientY) / box.height * bands.length);
      return [start + (event.clientX - box.left) / box.width * (end - start), band];
    };
    grid.addEventListener("pointermove", (event) => read(...under(event)));
    grid.addEventListener("click", (event) => {
      moveTo(under(event)[0]);
      if (player) page.seek(player, at - start);
    });
    grid.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by) {
        moveTo(at + by * (end - start) / 60);
        read(at, null);
        if (player) page.seek(player, at - start, false);
      } else if (player && (event.key === "Enter" || event.key === " ")) page.toggle(player);
      else return;
      event.preventDefault();
    });
    const follow = () => moveTo(start + player.currentTime);
    if (player) player.addEventListener("timeupdate", follow);
    const watch = new ResizeObserver(() => { paintHeat(canvas, heat); moveTo(at); });
    watch.observe(canvas);
    return () => {
      watch.disconnect();
      if (player) player.removeEventListener("timeupdate", follow);
      element.replaceChildren();
    };
  };

  /* ---- attention: words, seconds and notes light each other ---- */
  const attention = (element, data) => {
    const words = [...element.parentElement.querySelectorAll("[data-word]")];
    const times = [...data.seconds, ...data.notes.map((note) => note.slice(0, 2))];
    const start = Math.min(...times.map(([from]) => from));
    const width = Math.max(...times.map(([, to]) => to)) - start || 1;
    const x = (seconds) => 1000 * (seconds - start) / width;
    const svgOf = (className, height) => picture("svg", { class: className, viewBox: `0 0 1000 ${height}`, preserveAspectRatio: "none" });
    const [threads, strip, roll] = [svgOf("threads", 46), svgOf("seconds", 26), svgOf("roll", 150)];
    const pitches = data.notes.map(([, , pitch]) => pitch);
    const [low, high] = [Math.min(...pitches) - 1, Math.max(...pitches) + 1];
    const size = 150 / (high - low + 1);
    const seconds = data.seconds.map(([from, to]) => picture("rect", { x: x(from), width: x(to) - x(from), y: 1, height: 24, rx: 3 }));
    const notes = data.notes.map(([from, to, pitch]) => picture("rect", { x: x(from), width: Math.max(2, x(to) - x(from)), y: (high - pitch) * size, height: Math.max(size, 4) }));
    strip.append(...seconds);
    roll.append(...notes);
    const box = made("div", "attention");
    box.append(threads, strip, made("p", "lane", `seconds ${start.toFixed(1)} to ${(start + width).toFixed(1)}`));
    if (notes.length) box.append(roll, made("p", "lane", "notes, low to high"));
    const readout = made("output", "readout", "Point at a word, a second or a note.");
    element.replaceChildren(box, readout);

    const column = (table, index) => table && table.map((row) => row[index]);
    const row = (table, index) => table && table[index];
    const seen = {
      word: (index) => [null, row(data.word_seconds, index), row(data.word_notes, index)],
      second: (index) => [column(data.word_seconds, index), null, row(data.second_notes, index)],
      note: (index) => [column(data.word_notes, index), column(data.second_notes, index), null],
    };
    const lanes = [words, seconds, notes];
    const lanesOf = { word: words, second: seconds, note: notes };
    const thread = (word, weights) => {
      threads.replaceChildren();
      if (!weights) return;
      const [mine, all] = [word.getBoundingClientRect(), threads.getBoundingClientRect()];
      const from = 1000 * (mine.left + mine.width / 2 - all.left) / all.width;
      const top = largest(weights);
      weights.forEach((weight, index) => {
        const to = x((data.seconds[index][0] + data.seconds[index][1]) / 2);
        if (weight < 0.15 * top) return;
        const style = `opacity: ${(weight / top).toFixed(2)}; stroke-width: ${(0.5 + 2.5 * weight / top).toFixed(1)}px`;
        threads.append(picture("path", { d: `M${from},0C${from},30 ${to},16 ${to},46`, style }));
      });
    };
    const strongest = (weights) => weights.reduce((best, weight, index) => (weight > weights[best] ? index : best), 0);
    const light = (kind, index) => {
      const weights = seen[kind](index);
      lanes.forEach((lane, which) => {
        const top = weights[which] ? largest(weights[which]) : 1;
        lane.forEach((item, place) => {
          item.style.setProperty("--lit", weights[which] ? weights[which][place] / top : 0);
          item.classList.toggle("source", item === lanesOf[kind][index]);
        });
      });
      thread(words[index], kind === "word" ? weights[1] : null);
      const parts = [];
      if (weights[0] && words.length) {
        const best = strongest(weights[0]);
        parts.push(`“${words[best].textContent}” ${weights[0][best].toFixed(3)}`);
      }
      if (weights[1] && seconds.length) {
        const best = strongest(weights[1]);
        parts.push(`${data.seconds[best][0].toFixed(2)}–${data.seconds[best][1].toFixed(2)} s ${weights[1][best].toFixed(3)}`);
      }
      if (weights[2] && notes.length) {
        const best = strongest(weights[2]);
        parts.push(`the note ${pitches[best]} at ${data.notes[best][0].toFixed(2)} s ${weights[2][best].toFixed(3)}`);
      }
      readout.textContent = parts.length ? `Most: ${parts.join(" · ")}` : "No weights are known here.";
    };
    for (const [kind, lane] of Object.entries(lanesOf)) {
      lane.forEach((item, index) => {
        item.addEventListener("pointerenter", () => light(kind, index));
        item.addEventListener("focus", () => light(kind, index));
      });
    }
    return null;
  };

  Object.assign(drawings, { wave, attention });
})();
