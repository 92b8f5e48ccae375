"use strict";
/* How each kind of block is drawn into its element: kind -> (element, data, page) => what undoes it. */
const drawings = (() => {
  const made = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const picture = (name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const largest = (values) => values.reduce((top, value) => Math.max(top, Math.abs(value)), 0) || 1;
  const styleOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  /* ---- figures ---- */
  const template = () => {
    const [ink, soft, rule, card] = ["--ink", "--soft", "--rule", "--card"].map(styleOf);
    const axis = { gridcolor: rule, linecolor: rule, zerolinecolor: soft, tickcolor: rule };
    const deep = { gridcolor: rule, zerolinecolor: rule, showbackground: false };
    const clear = "rgba(0,0,0,0)";
    return {
      layout: {
        font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: ink },
        paper_bgcolor: clear, plot_bgcolor: clear, colorway: [ink], xaxis: axis, yaxis: axis,
        scene: { xaxis: deep, yaxis: deep, zaxis: deep },
        hoverlabel: { bgcolor: card, bordercolor: rule, font: { color: ink }, align: "left" },
        legend: { orientation: "h", y: 1.01, yanchor: "bottom", x: 0, title: { text: "" } },
        modebar: { bgcolor: clear, color: soft, activecolor: ink },
      },
      data: { scatter: [{ error_x: { color: ink } }], heatmap: [{ textfont: { color: ink } }] },
    };
  };
  let canDoThree = null;
  const threeDimensions = () => {
    if (canDoThree === null) canDoThree = Boolean(document.createElement("canvas").getContext("webgl"));
    return canDoThree;
  };
  const flat = (figure) => {
    for (const trace of figure.data) {
      trace.type = "scatter";
      delete trace.z;
    }
    const { xaxis, yaxis } = figure.layout.scene;
    Object.assign(figure.layout, { xaxis, yaxis: { ...yaxis, scaleanchor: "x" } });
    delete figure.layout.scene;
  };
  const CONFIG = {
    responsive: true, displaylogo: false, scrollZoom: false,
    showSendToCloud: false, plotlyServerURL: "",  // else each figure has a button that sends it away
    modeBarButtonsToRemove: ["toImage", "lasso2d", "select2d", "autoScale2d"],
  };
  const plot = (element, figure, page) => {
    const deep = figure.data.some((trace) => trace.type === "scatter3d");
    if (deep && !threeDimensions()) {
      flat(figure);
      element.after(made("p", "fallback", "This browser draws no third dimension: the first two are shown."));
    }
    const coarse = matchMedia("(pointer: coarse)").matches;
    const legend = figure.layout.legend || {};
    const layout = { ...figure.layout, legend, template: template(), dragmode: coarse && !deep ? false : undefined };
    if (element.clientWidth < 500 && figure.layout.margin) layout.font = { size: 11 };
    Plotly.newPlot(element, figure.data, layout, CONFIG).then(() => {
      element.on("plotly_click", (event) => page.play(event.points[0].customdata, event.points[0].hovertext));
    });
    return () => {
      Plotly.purge(element);
      element.classList.remove("js-plotly-plot");
    };
  };

  /* The same numbers as a table, for eyes and readers that a picture does not reach. */
  const rowsOf = (trace) => {
    const at = (values, index) => (Array.isArray(values) ? values[index] : values);
    if (trace.type === "heatmap") {
      if (trace.hoverinfo === "skip") return [];
      return trace.z.flatMap((row, r) => row.map((value, c) => [trace.hovertext[r][c], value]));
    }
    if (trace.hoverinfo === "skip" || !trace.x) return [];
    return trace.x.map((x, index) => {
      const name = at(trace.hovertext, index) || trace.name || "";
      const moment = at(trace.customdata, index);
      if (trace.type === "bar") return trace.base ? [name] : [name, x];
      return [name, x, trace.y[index], ...(trace.z ? [trace.z[index]] : []), ...(moment ? [{ moment }] : [])];
    });
  };
  const unescaped = (text) => text.replace(/<br>|<\/?b>/g, " ")
    .replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  const MOST_ROWS = 400;
  const numbers = (figure, page) => {
    const rows = figure.data.flatMap(rowsOf);
    const table = made("table");
    for (const row of rows.slice(0, MOST_ROWS)) {
      const line = made("tr");
      for (const value of row) {
        const cell = made("td", typeof value === "string" ? "user" : "amount");
        if (typeof value === "object") {
          const button = made("button", "chip", "Play");
          button.type = "button";
          button.addEventListener("click", () => page.play(value.moment, row[0]));
          cell.append(button);
        } else cell.textContent = typeof value === "string" ? unescaped(value) : String(value);
        line.append(cell);
      }
      table.append(line);
    }
    const rest = rows.length - MOST_ROWS;
    return rest > 0 ? [table, made("p", "fallback", `and ${rest} more`)] : [table];
  };

  return { made, picture, largest, styleOf, plot, numbers };
})();
