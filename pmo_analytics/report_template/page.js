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

  // Paper cannot be opened: whatever is folded is printed, but the code is not.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details:not(.pmo-code)").forEach((part) => { part.open = true; });
  });

  // On a telephone the labels must leave room for the marks, and charts stand one below the other.
  const narrowed = (spec, width) => {
    if (width >= 520) return spec;
    const config = { ...spec.config };
    config.axis = { ...config.axis, labelLimit: Math.round(width * 0.34), labelFontSize: 11 };
    config.axisY = { ...config.axisY, titleLimit: 260 };
    config.legend = { ...config.legend, columns: 2, labelLimit: Math.round(width * 0.4) };
    const { hconcat, ...rest } = spec;
    const stacked = hconcat ? { ...rest, vconcat: hconcat } : rest;
    if (spec.columns || spec.facet) stacked.columns = 1;
    return { ...stacked, config };
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

  const links = new Map([...document.querySelectorAll(".pmo-toc a")].map(
    (link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((link) => link.removeAttribute("aria-current"));
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "0px 0px -75% 0px" });
  links.forEach((_, id) => {
    const heading = document.getElementById(id);
    if (heading) seen.observe(heading);
  });
})();
