(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  const toggle = document.getElementById("pmo-toggle");
  toggle?.addEventListener("click", () => {
    const shown = root.classList.toggle("show-code");
    toggle.setAttribute("aria-pressed", String(shown));
    toggle.textContent = shown ? "Hide code" : "Show code";
    document.querySelectorAll("details.pmo-code").forEach((part) => { part.open = shown; });
  });

  // A link to what is folded opens it.
  const unfold = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const after = target?.closest("section")?.nextElementSibling?.querySelector("details.pmo-definitions");
    const folded = target?.closest("details") ?? after;
    if (!folded || folded.open) return;
    folded.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", unfold);
  unfold();
  // A link followed a second time changes no hash.
  document.addEventListener("click", ({ target }) => {
    if (target.closest?.('a[href^="#"]')) setTimeout(unfold);
  });

  // Paper cannot be opened: whatever is folded is printed, but the code is not.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not(.pmo-code, .pmo-definitions)").forEach((part) => { part.open = true; });
  });

  // On a telephone names stand on two lines, values keep room beside their bar, and what stands side by
  // side stands one below the other.
  const TWO_LINES = 30;
  const twoLines = (letters) => {
    const wrapped = `replace(datum.label, regexp('(.{1,${letters}})(\\s+|$)', 'g'), '$1\n')`;
    const lines = `split(trim(${wrapped.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}), '\\n')`;
    return `length(${lines}) > 2 ? [${lines}[0], ${lines}[1] + '…'] : ${lines}`;
  };
  const isNamed = (channel) => channel?.axis !== null && ["nominal", "ordinal"].includes(channel?.type);
  const partsOf = (spec) => spec.layer ?? spec.vconcat ?? spec.hconcat ?? spec.concat ?? [];
  const some = (spec, test) => test(spec) || partsOf(spec).some((part) => some(part, test));
  const isText = (spec) => (spec.mark?.type ?? spec.mark) === "text";

  const fittedChannels = (encoding, width, hasText) => {
    const { x, y, ...rest } = encoding;
    if (isNamed(y)) {
      const centred = { condition: { test: "length(datum.label) > 17", value: -6 }, value: 0 };
      const axis = { labelExpr: twoLines(17), labelOffset: centred, ...y.axis };
      rest.y = { ...y, axis: { ...axis, labelLimit: Math.round(width * 0.36) } };
    } else if (y) rest.y = y;
    if (isNamed(x) && x.axis?.labelAngle === 0) {
      const above = x.axis.orient === "top" ? { labelPadding: 18 } : {};
      rest.x = { ...x, axis: { labelExpr: twoLines(12), ...above, ...x.axis } };
    } else if (hasText && x?.type === "quantitative" && typeof x.scale?.domain?.[0] === "number") {
      const [low, high] = x.scale.domain;
      const room = (high - low) * 0.15;
      const domain = [low < 0 ? low - room : low, high > 0 ? high + room : high];
      rest.x = { ...x, scale: { ...x.scale, domain } };
    } else if (x) rest.x = x;
    for (const [name, channel] of Object.entries(rest)) {
      if (!channel?.legend?.columns) continue;
      const legend = { ...channel.legend, labelLimit: Math.round(width * 0.74) };
      rest[name] = { ...channel, legend };
    }
    return rest;
  };

  const longNames = ({ encoding }) => {
    const names = encoding?.y?.axis?.labelExpr ? [] : encoding?.y?.sort;
    return Array.isArray(names) && names.some((name) => String(name).length > 17) ? names.length : 0;
  };

  const fitted = (spec, width, hasText = some(spec, isText)) => {
    const part = { ...spec };
    for (const many of ["layer", "vconcat", "hconcat", "concat"]) {
      if (part[many]) part[many] = part[many].map((each) => fitted(each, width, hasText));
    }
    if (part.spec) part.spec = fitted(part.spec, width);
    if (part.encoding) part.encoding = fittedChannels(part.encoding, width, hasText);
    if (typeof part.height === "number") {
      const rows = Math.max(...[spec, ...partsOf(spec)].map(longNames)); // two lines need a higher row
      part.height = Math.max(part.height, TWO_LINES * rows);
    }
    if (typeof part.width === "number") {
      const named = some(spec, (each) => isNamed(each.encoding?.y));
      part.width = Math.min(part.width, Math.round(width * (named ? 0.55 : 0.8)));
    }
    if (part.hconcat) {
      part.vconcat = part.hconcat;
      delete part.hconcat;
    }
    if (part.facet?.column && !part.facet.row) part.facet = part.facet.column;
    if (part.columns || part.facet?.field) part.columns = 1;
    return part;
  };

  const narrowed = (spec, width) => {
    if (width >= 520) return spec;
    const config = { ...spec.config };
    config.axis = { ...config.axis, labelLimit: Math.round(width * 0.34), labelFontSize: 11 };
    config.axisX = { ...config.axisX, titleAnchor: "end", titleFontSize: 11, titleLimit: width };
    config.axisY = { ...config.axisY, titleLimit: 260 };
    config.legend = { ...config.legend, columns: 2, labelLimit: Math.round(width * 0.4) };
    config.view = { ...config.view, continuousWidth: Math.round(width * 0.8) };
    return { ...fitted(spec, width), config };
  };

  const draw = async (figure) => {
    const view = figure.querySelector(".pmo-chart-view");
    const spec = JSON.parse(figure.querySelector("script").textContent);
    const live = document.createElement("div");
    live.className = "pmo-chart-live";
    view.prepend(live);
    try {
      await vegaEmbed(live, narrowed(spec, view.clientWidth), {
        mode: "vega-lite",
        renderer: "svg",
        ast: true,
        actions: { export: true, source: false, compiled: false, editor: false },
        downloadFileName: document.title + " " + figure.id,
        tooltip: { theme: "pmo" },
      });
      const drawn = live.querySelector("svg.marks");
      drawn.querySelectorAll("[role]").forEach((mark) => {
        mark.removeAttribute("role");
        mark.removeAttribute("aria-roledescription");
      });
      drawn.setAttribute("role", "img");
      drawn.setAttribute("aria-label", view.dataset.alternative);
      live.querySelector("summary")?.setAttribute("aria-label", "Save this chart");
      [...view.children].filter((part) => part !== live).forEach((part) => part.remove());
      figure.classList.add("is-live");
    } catch (error) {
      live.remove();
      console.error(error);
    }
  };

  const drawAll = async () => {
    for (const figure of document.querySelectorAll(".pmo-chart")) await draw(figure);
    root.dataset.charts = "drawn";
  };
  if (window.vegaEmbed) drawAll();

  // Only what scrolls is a stop of the tab key.
  const stops = () => document.querySelectorAll(".pmo-scroll, pre").forEach((part) => {
    if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  });
  stops();
  addEventListener("resize", stops);

  // Tables that are sorted by their headings and searched by words; without scripts they are plain.
  const text = (row, at) => row.cells[at].dataset.sort ?? row.cells[at].textContent.trim();
  const isNumber = (value) => value !== "" && !Number.isNaN(Number(value));
  const compared = (a, b, sign) => {
    if (a === "" || b === "") return (a === "") - (b === ""); // unknown is last either way
    if (isNumber(a) && isNumber(b)) return sign * (Number(a) - Number(b));
    return sign * a.localeCompare(b);
  };
  for (const part of document.querySelectorAll(".pmo-register")) {
    const body = part.querySelector("tbody");
    const rows = [...body.rows];
    const heads = [...part.querySelectorAll("thead th")];
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const up = head.getAttribute("aria-sort") === "descending";
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        const order = [...rows].sort((a, b) => compared(text(a, at), text(b, at), up ? 1 : -1));
        body.append(...order);
      });
    });
    const said = part.querySelector("output");
    const asked = [...part.querySelectorAll(".pmo-find input, .pmo-find select")];
    const find = () => {
      let shown = 0;
      for (const row of rows) {
        const words = row.textContent.toLowerCase();
        row.hidden = !asked.every(({ name, value }) =>
          name ? !value || row.dataset[name] === value
            : value.toLowerCase().split(/\s+/).every((word) => words.includes(word)));
        shown += !row.hidden;
      }
      if (said) said.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} shown`;
    };
    asked.forEach((field) => field.addEventListener("input", find));
  }
})();
